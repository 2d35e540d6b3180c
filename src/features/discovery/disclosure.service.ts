import { type Ctx, requireScope } from '../../context.ts';
import { deleteOldDisclosures, deleteOldViewings, listDaysShown } from './disclosure.repository.ts';
import { budgetsAt, type DisclosedEncounter, findEncounter, retentionDays } from './disclosure.rules.ts';
import { readDisclosures } from './disclosure.writes.ts';

/** How many riders saw me for the first time, on public journeys and on discoverable ones. */
type NewRiders = { public: number; discoverable: number };
export type MyDisclosures = { budget: number; newRiders: NewRiders; days: { day: string; newRiders: NewRiders }[] };

/** Counts the riders who saw me for the first time in the last seven days. It never reveals who they are. */
export async function getMyDisclosures(ctx: Ctx): Promise<MyDisclosures> {
  const { userId } = requireScope(ctx, 'discovery:read');
  const { maxShown, since } = budgetsAt(ctx.now(), ctx.config.disclosure);
  const days = await listDaysShown(ctx.db, userId, since);
  const sumOf = (kind: keyof NewRiders) => days.reduce((sum, day) => sum + day[kind], 0);
  return {
    budget: maxShown,
    newRiders: { public: sumOf('public'), discoverable: sumOf('discoverable') },
    days: days.map(({ day, ...newRiders }) => ({ day, newRiders })),
  };
}

/** The encounter with this id that was shown to the viewer, with the identity of its rider. */
export async function findEncounterShown(
  ctx: Ctx,
  viewerId: string,
  encounterId: string,
): Promise<DisclosedEncounter | undefined> {
  const { rows } = await readDisclosures(ctx, viewerId);
  return findEncounter(ctx.config.keys.encounterId, encounterId, rows);
}

/** A pair that is shown again later gets a new row. */
export async function purgeDisclosures(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now().getTime() - retentionDays * 86_400_000);
  const deletedViewings = await deleteOldViewings(ctx.db, before);
  const deletedDisclosures = await deleteOldDisclosures(ctx.db, before);
  return deletedViewings.rowCount + deletedDisclosures.rowCount;
}
