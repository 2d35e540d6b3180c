import { type Creating, type Ctx, requireScope } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import type { Box } from '../../db/geo.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import { changesOnly } from '../../lib/changes.ts';
import { presenceUpdate } from '../discovery/presence.service.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyGuard, ownJourney } from '../journeys/journey.service.ts';
import { markerIdTaken, markerNotFound } from './marker.errors.ts';
import {
  deleteMarker,
  findOwnMarker,
  hasRoom,
  insertMarkers,
  isOfType,
  type MarkerChanges,
  type NewMarker,
  selectInOrder,
  selectMarkers,
  updateMarker,
} from './marker.repository.ts';
import { type MarkerRow, markers, type PlacedMarker } from './marker.table.ts';

const mostMarkers = 10_000;

export type MarkerDraft = Omit<NewMarker, 'id'> & { id?: string | undefined };

/** Unsent, for the other features' commits, beside `markerRoom` and before the journey's presence. */
export function markerInsert(ctx: Ctx, journeyId: string, drafts: readonly MarkerDraft[]) {
  const rows = drafts.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));
  return insertMarkers(ctx.db, journeyId, rows, ctx.now());
}

export const markerRoom = (journeyId: string, drafts: readonly MarkerDraft[]): Guard =>
  hasRoom(journeyId, { ids: drafts.flatMap(({ id }) => id ?? []), count: drafts.length }, mostMarkers);

/** All of them or none; those sent again with the same id are answered as they are there. */
export async function createMarkers(
  ctx: Creating<PlacedMarker[]>,
  journeyId: string,
  input: readonly MarkerDraft[],
): Promise<PlacedMarker[]> {
  const isMine = journeyGuard(ctx, journeyId);
  const drafts = input.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));
  const ids = drafts.map(({ id }) => id);
  // What is kept has to be known before: which are there already, sent without this key.
  const there = ctx.keep && input.some(({ id }) => id) ? await selectMarkers(ctx.db, journeyId, ids) : [];
  const now = ctx.now();
  const made = { journeyId, version: 1, createdAt: now, updatedAt: now };
  const known = byId(there);
  const [, rows] = await commit(ctx, {
    kept: await ctx.keep?.(drafts.map((draft) => known.get(draft.id) ?? { ...draft, ...made })),
    guards: [isMine, markerRoom(journeyId, drafts)],
    statements: [
      insertMarkers(ctx.db, journeyId, drafts, now),
      selectMarkers(ctx.db, journeyId, ids),
      presenceUpdate(ctx, journeyId),
    ],
    conflicts: { markers_pkey: markerIdTaken },
  });
  const placed = byId(rows);
  return ids.flatMap((id) => placed.get(id) ?? []);
}

const byId = (rows: readonly PlacedMarker[]) => new Map(rows.map((row) => [row.id, row]));

export async function createMarker(
  ctx: Creating<PlacedMarker>,
  journeyId: string,
  draft: MarkerDraft,
): Promise<PlacedMarker> {
  const { keep } = ctx;
  const keepOnly = keep && ((rows: readonly PlacedMarker[]) => keep(onlyOf(rows)));
  return onlyOf(await createMarkers({ ...ctx, keep: keepOnly }, journeyId, [draft]));
}

function onlyOf([marker]: readonly PlacedMarker[]): PlacedMarker {
  if (!marker) throw markerNotFound();
  return marker;
}

export async function getMarker(ctx: Ctx, journeyId: string, id: string): Promise<PlacedMarker> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const marker = await findOwnMarker(ctx.db, { journeyId, ownerId: userId, id });
  if (!marker) throw markerNotFound();
  return marker;
}

type ListInput = {
  markerType?: MarkerRow['markerType'] | undefined;
  box?: Box | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

export async function listMarkers(ctx: Ctx, journeyId: string, input: ListInput): Promise<Page<PlacedMarker>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const { markerType, box, limit = defaultLimit } = input;
  const list = `markers:${journeyId}:${markerType ?? 'all'}:${box?.join() ?? 'everywhere'}`;
  const after = openCursor(ctx, list, input.cursor);
  const filter = { journeyId, ownerId: userId, markerType, box };
  const [[journey], rows] = await ctx.db.batch([
    ownJourney(ctx, journeyId),
    selectInOrder(ctx.db, filter, { after, limit: limit + 1 }),
  ]);
  if (!journey) throw journeyNotFound();
  return cutPage(ctx, list, rows, limit, (row) => [row.at?.toISOString() ?? 'infinity', row.id]);
}

/** With another type a marker keeps its time, unless one is given. */
export async function changeMarker(
  ctx: Ctx,
  journeyId: string,
  id: string,
  changes: MarkerChanges,
  expected?: Expected,
): Promise<PlacedMarker> {
  const { markerType, timestamp, estimatedTime } = changes;
  const guards = [journeyGuard(ctx, journeyId), ...atVersion(markers, id, expected)];
  if (!markerType && timestamp) guards.push(isOfType(journeyId, id, 'past', 'timestamp'));
  if (!markerType && estimatedTime) guards.push(isOfType(journeyId, id, 'plan', 'estimated_time'));
  const [[marker]] = await commit(ctx, {
    guards,
    statements: [
      updateMarker(ctx.db, journeyId, id, changes, ctx.now()),
      ...(changesOnly(changes, ['name', 'notes']) ? [] : [presenceUpdate(ctx, journeyId)]),
    ],
  });
  if (!marker) throw markerNotFound();
  return marker;
}

export async function removeMarker(ctx: Ctx, journeyId: string, id: string, expected?: Expected): Promise<void> {
  const [[gone]] = await commit(ctx, {
    guards: [journeyGuard(ctx, journeyId), ...atVersion(markers, id, expected)],
    statements: [deleteMarker(ctx.db, journeyId, id), presenceUpdate(ctx, journeyId)],
  });
  if (!gone) throw markerNotFound();
}
