import { type Ctx, requireScope } from '../../context.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { type DisclosedRow, listDaysShown, selectDisclosed, selectUsed, type Used } from './disclosure.repository.ts';
import { noSuchEncounter } from './discovery.errors.ts';
import { handleOf } from './handle.rules.ts';

const weekS = 7 * 24 * 60 * 60;

export const budgetsOf = (ctx: Ctx) => ({
  ...ctx.config.disclosure,
  since: new Date(ctx.now().getTime() - weekS * 1_000),
});

/** What stands for the network that somebody looks from. A mail comes from none. */
export function viewersNetwork({ actor, config, request }: Ctx): Uint8Array | undefined {
  const [key] = config.keys.network;
  return actor.type === 'system' || !key ? undefined : hmacSha256(key, `viewer:${request.network}`);
}

/** Unsent: how much of the budgets a rider and the network have used. */
export const viewsUsed = (ctx: Ctx, viewerId: string) =>
  selectUsed(ctx.db, viewerId, viewersNetwork(ctx), budgetsOf(ctx).since);

export type ViewsLeft = { name: string; most: number; left: number; periodSeconds: number; resetSeconds: number };

export function viewsLeft(ctx: Ctx, [own, ofNetwork]: readonly Used[]): ViewsLeft[] {
  const { mostViewed, mostViewedOfNetwork } = ctx.config.disclosure;
  const left = (name: string, most: number, { used, oldest_at }: Used = { used: 0, oldest_at: null }): ViewsLeft => {
    const ageS = oldest_at === null ? 0 : (ctx.now().getTime() - new Date(oldest_at).getTime()) / 1_000;
    return {
      name,
      most,
      left: Math.max(0, most - used),
      periodSeconds: weekS,
      resetSeconds: Math.max(0, Math.ceil(weekS - ageS)),
    };
  };
  return [left('views', mostViewed, own), left('network-views', mostViewedOfNetwork, ofNetwork)];
}

const mostDisclosed = 5_000;

/** Unsent: what `disclosedAs` looks an encounter up in. */
export const myDisclosed = (ctx: Ctx, viewerId: string) => selectDisclosed(ctx.db, viewerId, mostDisclosed);

export type Disclosed = {
  journeyId: string;
  otherJourneyId: string;
  rider: { id: string; name: string; email: string };
  /** Where the encounter has told it. */
  publicName: string | null;
  /** There still is somebody for the one who asks. */
  isReachable: boolean;
};

/** What an encounter stands for, if it was shown to this rider. */
export const findDisclosed = (ctx: Ctx, encounterId: string, rows: readonly DisclosedRow[]) =>
  rows.find((one) => handleOf(ctx.config.keys.handle, one.journey_id, one.other_journey_id) === encounterId);

/** Whom an encounter is with, if it was shown to this rider. */
export function disclosedAs(ctx: Ctx, encounterId: string, rows: readonly DisclosedRow[]): Disclosed {
  const row = findDisclosed(ctx, encounterId, rows);
  if (!row) throw noSuchEncounter();
  return {
    journeyId: row.journey_id,
    otherJourneyId: row.other_journey_id,
    rider: { id: row.rider_id, name: row.name, email: row.email },
    publicName: row.public_name,
    isReachable: row.is_reachable,
  };
}

export type MyDisclosures = { budget: number; newRiders: number; days: { day: string; newRiders: number }[] };

/** To how many riders who had not seen me before I was shown in the last seven days. Never to whom. */
export async function getMyDisclosures(ctx: Ctx): Promise<MyDisclosures> {
  const { userId } = requireScope(ctx, 'discovery:read');
  const { mostShown, since } = budgetsOf(ctx);
  const days = await listDaysShown(ctx.db, userId, since);
  return { budget: mostShown, newRiders: days.reduce((sum, { newRiders }) => sum + newRiders, 0), days };
}
