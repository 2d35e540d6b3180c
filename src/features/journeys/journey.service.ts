import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { changesOnly } from '../../lib/changes.ts';
import { lockRider } from '../access/access.guards.ts';
import type { Audience, OtherAudience } from '../audience/audience.rules.ts';
import { endGrants } from '../audience/grant.writes.ts';
import { requireAdult } from '../audience/participation.guards.ts';
import { publishJourney, refreshPresence } from '../presence/presence.writes.ts';
import { finishPublishing } from '../presence/publishing.service.ts';
import { shiftOf } from '../presence/shift.rules.ts';
import { requireZonesChoice } from '../privacy/privacy-zone.guards.ts';
import { requireRoomForJourney, requireRoomForVisibleJourney } from '../usage/usage.guards.ts';
import { countJourney } from '../usage/usage.writes.ts';
import { journeyIdTaken, journeyNotFound } from './journey.errors.ts';
import { requireOwnJourney } from './journey.guards.ts';
import {
  deactivateOthers,
  deleteJourney,
  findActive,
  insertJourney,
  type JourneyChanges,
  listJourneys,
  selectOwned,
  selectVisible,
  updateJourney,
} from './journey.repository.ts';
import { defaultDelayH, type JourneyRow, journeys } from './journey.table.ts';

/**
 * Only adults show journeys to others. Riders choose their privacy zones before a journey becomes visible. A later zone would be revealed by what others saw
 * before.
 */
const guardsForVisibility = (
  ctx: Ctx,
  { id, userId }: { id: string; userId: string },
  { visibility = 'private' }: Pick<JourneyChanges, 'visibility'>,
) =>
  visibility === 'private'
    ? []
    : [requireAdult(ctx, userId), requireZonesChoice(userId), ...requireRoomForVisibleJourney(ctx, id)];

type NewJourney = JourneyChanges & { id?: string | undefined; name: string };

/** A second call with the same id answers the existing journey. */
export async function createJourney(ctx: CreateCtx, input: NewJourney): Promise<JourneyRow> {
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
    delayH: input.delayH ?? defaultDelayH,
    publishingSince: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const shift = shiftOf(ctx.config.keys.shift, userId, id);
  const {
    journey: [journey],
  } = await commit(ctx, {
    idempotency: ctx.remember?.([id]),
    guards: [...requireRoomForJourney(ctx, id), ...guardsForVisibility(ctx, { id, userId }, input)],
    writes: {
      count: countJourney(ctx, id),
      insert: insertJourney(ctx.db, { ...row, ...shift }),
      journey: selectOwned(ctx.db, { id, ownerId: userId }),
    },
    outcome: [requireOwnJourney(ctx, id, journeyIdTaken)],
    // The id of a journey that another rider has deleted.
    conflicts: { journeys_pkey: journeyIdTaken },
  });
  if (!journey) throw journeyIdTaken();
  return journey;
}

export async function getOwnJourney(ctx: Ctx, id: string): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const [journey] = await selectOwned(ctx.db, { id, ownerId: userId });
  if (!journey) throw journeyNotFound();
  return journey;
}

export type SeenJourney = JourneyRow & { audience: Audience };

/**
 * The caller's own journey, or a journey that is public or that the caller may see exactly. Owners may read theirs as
 * another audience does.
 */
export async function getJourney(ctx: Ctx, id: string, viewedAs: OtherAudience | null = null): Promise<SeenJourney> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const [journey] = await selectVisible(ctx.db, { id, viewerId: userId, viewedAs, now: ctx.now().toISOString() });
  if (!journey) throw journeyNotFound();
  return journey;
}

type ListInput = { status?: JourneyRow['status'] | undefined; limit?: number | undefined; cursor?: string | undefined };

export async function listMyJourneys(ctx: Ctx, input: ListInput): Promise<Page<JourneyRow>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  return await listPage(ctx, { ownerId: userId, viewerId: userId, status: input.status }, input);
}

/** A rider's journeys that the caller may see. Callers see all of their own. */
export async function listJourneysOf(ctx: Ctx, ownerId: string, input: ListInput): Promise<Page<JourneyRow>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  return await listPage(ctx, { ownerId, viewerId: userId }, input);
}

async function listPage(
  ctx: Ctx,
  filter: { ownerId: string; viewerId: string; status?: JourneyRow['status'] | undefined },
  input: ListInput,
): Promise<Page<JourneyRow>> {
  const list = `journeys:${filter.ownerId}:${filter.status ?? 'all'}`;
  const limit = input.limit ?? defaultLimit;
  const [afterTime, afterId] = openCursor(ctx, list, input.cursor) ?? [];
  const rows = await listJourneys(ctx.db, {
    ...filter,
    viewedAs: null,
    now: ctx.now().toISOString(),
    afterTime,
    afterId,
    limit: limit + 1,
  });
  return cutPage(ctx, list, rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

export async function getActiveJourneyOf(ctx: Ctx, ownerId: string): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const journey = await findActive(ctx.db, ownerId, { viewerId: userId, viewedAs: null }, ctx.now());
  if (!journey) throw journeyNotFound();
  return journey;
}

export async function changeJourney(
  ctx: Ctx,
  id: string,
  changes: JourneyChanges,
  expected?: ExpectedVersions,
): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const isOnlyText = changesOnly(changes, ['name', 'description']);
  const {
    journey: [journey],
  } = await commit(ctx, {
    guards: [
      requireOwnJourney(ctx, id),
      ...requireVersion(journeys, id, expected),
      ...guardsForVisibility(ctx, { id, userId }, changes),
    ],
    writes: {
      changed: updateJourney(ctx.db, id, userId, changes, ctx.now()),
      grants: changes.status === 'completed' || changes.visibility === 'private' ? endGrants(ctx, id) : undefined,
    },
    presence: isOnlyText ? undefined : publishJourney(ctx, id, { keepsFormer: changes.delayH === undefined }),
    reads: { journey: selectOwned(ctx.db, { id, ownerId: userId }) },
  });
  if (!journey) throw journeyNotFound();
  if (journey.publishingSince) finishPublishing(ctx, userId);
  return journey;
}

/** Makes this the rider's one active journey; the journey that was active becomes planned again. */
export async function activateJourney(ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<JourneyRow> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const {
    journey: [journey],
  } = await commit(ctx, {
    guards: [lockRider(userId, 'update'), requireOwnJourney(ctx, id), ...requireVersion(journeys, id, expected)],
    writes: {
      others: deactivateOthers(ctx.db, id, userId, ctx.now()),
      journey: updateJourney(ctx.db, id, userId, { status: 'active' }, ctx.now()),
    },
    presence: refreshPresence(ctx, id),
  });
  if (!journey) throw journeyNotFound();
  return journey;
}

export const deactivateJourney = (ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<JourneyRow> =>
  changeJourney(ctx, id, { status: 'planned' }, expected);
export const completeJourney = (ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<JourneyRow> =>
  changeJourney(ctx, id, { status: 'completed' }, expected);

/** Deletes the journey with its markers, tracks and presence. */
export async function removeJourney(ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<void> {
  const { userId } = requireScope(ctx, 'journeys:write');
  await commit(ctx, {
    guards: [requireOwnJourney(ctx, id), ...requireVersion(journeys, id, expected)],
    writes: { journey: deleteJourney(ctx.db, id, userId) },
  });
}
