import { type Creating, type Ctx, requireScope } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import { changesOnly } from '../../lib/changes.ts';
import { grantsEnded } from '../connections/connection.service.ts';
import { presenceUpdate, publication } from '../discovery/presence.service.ts';
import { shiftOf } from '../discovery/shift.rules.ts';
import { zonesChosen } from '../privacy/privacy-zone.service.ts';
import { journeyIdTaken, journeyNotFound } from './journey.errors.ts';
import {
  deactivateOthers,
  deleteJourney,
  findActive,
  insertJourney,
  type JourneyChanges,
  journeyOwned,
  journeysLocked,
  listJourneys,
  riderLocked,
  selectOwned,
  selectVisible,
  updateJourney,
} from './journey.repository.ts';
import { type JourneyRow, journeys, usualDelayH } from './journey.table.ts';

/** Before anybody sees something of a rider's, they say what is private: a zone that comes later is given away. */
const choiceFor = (userId: string, { visibility = 'private' }: Pick<JourneyChanges, 'visibility'>): Guard[] =>
  visibility === 'private' ? [] : [zonesChosen(userId)];

type NewJourney = JourneyChanges & { id?: string | undefined; name: string };

/** Sent again with the same id, it answers with the journey that is there. */
export async function createJourney(ctx: Creating<JourneyRow>, input: NewJourney): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const id = input.id ?? ctx.newId();
  const now = ctx.now();
  const row: JourneyRow = {
    id,
    ownerId: userId,
    name: input.name,
    description: input.description ?? '',
    status: input.status ?? 'planned',
    visibility: input.visibility ?? 'private',
    startsOn: input.startsOn ?? null,
    dailyDistanceM: input.dailyDistanceM ?? null,
    delayH: input.delayH ?? usualDelayH,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const shift = shiftOf(ctx.config.keys.shift, userId, id);
  // What is kept has to be known before: whether it is there already, sent without this key.
  const [there] = ctx.keep && input.id ? await selectOwned(ctx.db, id, userId) : [];
  const [, [journey]] = await commit(ctx, {
    kept: await ctx.keep?.(there ?? row),
    guards: choiceFor(userId, input),
    statements: [insertJourney(ctx.db, { ...row, ...shift }), selectOwned(ctx.db, id, userId)],
    outcome: [{ ...journeyOwned(id, userId), error: journeyIdTaken }],
  });
  if (!journey) throw journeyIdTaken();
  return journey;
}

/** My own journey, or somebody's that is public or that I may know exactly. */
export async function getJourney(
  ctx: Ctx,
  id: string,
): Promise<{ journey: JourneyRow; isMine: boolean; isExact: boolean }> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const [journey] = await selectVisible(ctx.db, id, userId);
  if (!journey) throw journeyNotFound();
  return { journey, isMine: journey.ownerId === userId, isExact: journey.isExact };
}

type ListInput = { status?: JourneyRow['status'] | undefined; limit?: number | undefined; cursor?: string | undefined };

export async function listMyJourneys(ctx: Ctx, input: ListInput): Promise<Page<JourneyRow>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  return await listPage(ctx, { ownerId: userId, viewerId: userId, status: input.status }, input);
}

/** What the caller may see of a rider's journeys: the public ones; all of them when it is the caller. */
export async function listJourneysOf(ctx: Ctx, ownerId: string, input: ListInput): Promise<Page<JourneyRow>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  return await listPage(ctx, { ownerId, viewerId: userId }, input);
}

async function listPage(
  ctx: Ctx,
  filter: Parameters<typeof listJourneys>[1],
  input: ListInput,
): Promise<Page<JourneyRow>> {
  const list = `journeys:${filter.ownerId}:${filter.status ?? 'all'}`;
  const limit = input.limit ?? defaultLimit;
  const after = openCursor(ctx, list, input.cursor);
  const rows = await listJourneys(ctx.db, filter, { after, limit: limit + 1 });
  return cutPage(ctx, list, rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

export async function getActiveJourneyOf(ctx: Ctx, ownerId: string): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const journey = await findActive(ctx.db, ownerId, userId);
  if (!journey) throw journeyNotFound();
  return journey;
}

export async function changeJourney(
  ctx: Ctx,
  id: string,
  changes: JourneyChanges,
  expected?: Expected,
): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const isOfWords = changesOnly(changes, ['name', 'description']);
  const [[journey]] = await commit(ctx, {
    guards: [...choiceFor(userId, changes), journeyOwned(id, userId), ...atVersion(journeys, id, expected)],
    statements: [
      updateJourney(ctx.db, id, userId, changes, ctx.now()),
      ...(isOfWords ? [] : publication(ctx, id)),
      ...(changes.status === 'completed' ? [grantsEnded(ctx, id)] : []),
    ],
  });
  if (!journey) throw journeyNotFound();
  return journey;
}

/** Makes this the rider's one active journey; the one that was becomes planned again. */
export async function activateJourney(ctx: Ctx, id: string, expected?: Expected): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const [, [journey]] = await commit(ctx, {
    guards: [
      { condition: riderLocked(userId), error: journeyNotFound },
      journeyOwned(id, userId),
      ...atVersion(journeys, id, expected),
    ],
    statements: [
      deactivateOthers(ctx.db, id, userId, ctx.now()),
      updateJourney(ctx.db, id, userId, { status: 'active' }, ctx.now()),
      presenceUpdate(ctx, id),
    ],
  });
  if (!journey) throw journeyNotFound();
  return journey;
}

export const deactivateJourney = (ctx: Ctx, id: string, expected?: Expected) =>
  changeJourney(ctx, id, { status: 'planned' }, expected);
export const completeJourney = (ctx: Ctx, id: string, expected?: Expected) =>
  changeJourney(ctx, id, { status: 'completed' }, expected);

/** Its markers, tracks and presence go with it. */
export async function removeJourney(ctx: Ctx, id: string, expected?: Expected): Promise<void> {
  const { userId } = requireScope(ctx, 'journeys:write');
  await commit(ctx, {
    guards: [journeyOwned(id, userId), ...atVersion(journeys, id, expected)],
    statements: [deleteJourney(ctx.db, id, userId)],
  });
}

/** A guard for a commit that touches all of a rider's journeys: locks them, so that none is changed meanwhile. */
export const allJourneysLocked = (ownerId: string): Guard => ({
  condition: journeysLocked(ownerId),
  error: journeyNotFound,
});

/** For the other features' commits: holds where the journey is the caller's, and locks it. */
export const journeyGuard = (ctx: Ctx, id: string): Guard =>
  journeyOwned(id, requireScope(ctx, 'journeys:write').userId);

/** Unsent, for the other features' batches: the journey where it is the caller's. */
export const ownJourney = (ctx: Ctx, id: string) => selectOwned(ctx.db, id, requireScope(ctx, 'journeys:read').userId);

/** Unsent, for the other features' batches: the journey where the caller may see it. */
export const visibleJourney = (ctx: Ctx, id: string) =>
  selectVisible(ctx.db, id, requireScope(ctx, 'journeys:read').userId);
