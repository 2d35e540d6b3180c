import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import type { Box } from '../../db/geo.ts';
import { readTogether } from '../../db/parts.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { changesOnly } from '../../lib/changes.ts';
import { lockRider } from '../access/access.guards.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { requireOwnJourney } from '../journeys/journey.guards.ts';
import { refreshPresence } from '../presence/presence.writes.ts';
import { requireBytesWithinBound, requireRoomForMarkersInAll } from '../usage/usage.guards.ts';
import { markerNotFound } from './marker.errors.ts';
import { requireMarker, requireRoomForMarkers, requireType } from './marker.guards.ts';
import {
  deleteMarker,
  findOwnMarker,
  insertAndSelectMarkers,
  insertionOf,
  type MarkerChanges,
  selectInOrder,
  selectMarkers,
  selectOwnJourney,
  updateMarker,
} from './marker.repository.ts';
import { type MarkerRow, type MarkerWithPosition, markers } from './marker.table.ts';
import type { MarkerDraft } from './marker.writes.ts';

/** Creates all markers or none. An existing marker with the same id is answered as it is. */
export async function createMarkers(
  ctx: CreateCtx,
  journeyId: string,
  input: readonly MarkerDraft[],
): Promise<MarkerWithPosition[]> {
  const drafts = input.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));
  const ids = drafts.map(({ id }) => id);
  const { rows } = await commit(ctx, {
    idempotency: ctx.remember?.(ids),
    guards: [
      requireOwnJourney(ctx, journeyId),
      requireRoomForMarkers(journeyId, drafts),
      ...requireRoomForMarkersInAll(ctx, journeyId, drafts),
    ],
    writes: { rows: insertAndSelectMarkers(ctx.db, { ...insertionOf(journeyId, drafts, ctx.now()), ids }) },
    presence: refreshPresence(ctx, journeyId),
    outcome: [requireBytesWithinBound(ctx)],
  });
  return sortByIds(ids, rows);
}

function sortByIds(ids: readonly string[], rows: readonly MarkerWithPosition[]): MarkerWithPosition[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

export async function createMarker(ctx: CreateCtx, journeyId: string, draft: MarkerDraft): Promise<MarkerWithPosition> {
  const [marker] = await createMarkers(ctx, journeyId, [draft]);
  if (!marker) throw markerNotFound();
  return marker;
}

/** The markers with these ids, in the same order. All of them must exist. */
export async function getMarkers(ctx: Ctx, journeyId: string, ids: readonly string[]): Promise<MarkerWithPosition[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const {
    journey: [journey],
    rows,
  } = await readTogether(ctx.db, {
    journey: selectOwnJourney(ctx.db, { journeyId, ownerId: userId }),
    rows: selectMarkers(ctx.db, { journeyId, ids }),
  });
  if (!journey || rows.length < new Set(ids).size) throw markerNotFound();
  return sortByIds(ids, rows);
}

export async function getMarker(ctx: Ctx, journeyId: string, id: string): Promise<MarkerWithPosition> {
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

export async function listMarkers(ctx: Ctx, journeyId: string, input: ListInput): Promise<Page<MarkerWithPosition>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const { markerType, box, limit = defaultLimit } = input;
  const list = `markers:${journeyId}:${markerType ?? 'all'}:${box?.join() ?? 'everywhere'}`;
  const [afterTime, afterId] = openCursor(ctx, list, input.cursor) ?? [];
  const own = { journeyId, ownerId: userId };
  const {
    journey: [journey],
    rows,
  } = await readTogether(ctx.db, {
    journey: selectOwnJourney(ctx.db, own),
    rows: selectInOrder(ctx.db, { ...own, markerType, box, afterTime, afterId, limit: limit + 1 }),
  });
  if (!journey) throw journeyNotFound();
  return cutPage(ctx, list, rows, limit, (row) => [row.at?.toISOString() ?? 'infinity', row.id]);
}

/** A marker keeps its time when its type changes, unless the changes contain a time. */
export async function changeMarker(
  ctx: Ctx,
  journeyId: string,
  id: string,
  changes: MarkerChanges,
  expected?: ExpectedVersions,
): Promise<MarkerWithPosition> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { name, notes, markerType, timestamp, estimatedTime } = changes;
  const guards = [
    requireOwnJourney(ctx, journeyId),
    requireMarker(journeyId, id),
    ...requireVersion(markers, id, expected, [markers.journeyId, journeyId]),
  ];
  const hasNewText = name !== undefined || notes !== undefined;
  if (hasNewText) guards.push(lockRider(userId, 'no key update'));
  if (!markerType && timestamp) guards.push(requireType(journeyId, id, 'past', 'timestamp'));
  if (!markerType && estimatedTime) guards.push(requireType(journeyId, id, 'plan', 'estimated_time'));
  const {
    marker: [marker],
  } = await commit(ctx, {
    guards,
    writes: { marker: updateMarker(ctx.db, journeyId, id, changes, ctx.now()) },
    presence: changesOnly(changes, ['name', 'notes']) ? undefined : refreshPresence(ctx, journeyId),
    outcome: hasNewText ? [requireBytesWithinBound(ctx)] : [],
  });
  if (!marker) throw markerNotFound();
  return marker;
}

export async function removeMarker(
  ctx: Ctx,
  journeyId: string,
  id: string,
  expected?: ExpectedVersions,
): Promise<void> {
  const {
    deleted: [deleted],
  } = await commit(ctx, {
    guards: [
      requireOwnJourney(ctx, journeyId),
      requireMarker(journeyId, id),
      ...requireVersion(markers, id, expected, [markers.journeyId, journeyId]),
    ],
    writes: { deleted: deleteMarker(ctx.db, journeyId, id) },
    presence: refreshPresence(ctx, journeyId),
  });
  if (!deleted) throw markerNotFound();
}
