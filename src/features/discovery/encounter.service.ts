import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import type { Quota } from '../../errors.ts';
import type { Position } from '../../lib/geodesy.ts';
import { joinDeadlineOf, requireParticipant } from '../audience/participation.guards.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { selectViewCount } from './disclosure.repository.ts';
import { budgetsAt, viewerNetworkHash, viewsLeft } from './disclosure.rules.ts';
import { searchErrors } from './discovery.errors.ts';
import { requireSearchable } from './encounter.guards.ts';
import {
  discloseEncounters,
  type EncounterRow,
  type PathRow,
  type SearcherRow,
  selectOwnPath,
  selectSearcher,
} from './encounter.repository.ts';
import {
  bandOf,
  bucketSpan,
  bucketsWithin,
  type Days,
  defaultSearch,
  journeyFault,
  meetingStep,
  type PathStep,
  reachesOf,
  stretchAround,
} from './encounter.rules.ts';
import { encounterIdOf, orderSeedOf } from './encounter-id.rules.ts';

export type Encounter = {
  id: string;
  distanceBandM: number;
  stretch: Position[];
  myDays: Days | undefined;
  theirDays: Days | undefined;
  journey: { id: string; name: string } | null;
  rider: { id: string; name: string } | null;
};

/** An encounter with the id of the other journey, which never leaves the server. */
export type Meeting = Encounter & { otherJourneyId: string };

export type SearchInput = {
  journeyId: string;
  radiusM?: number | undefined;
  windowDays?: number | undefined;
  isAnyTime?: boolean | undefined;
  limit?: number | undefined;
};
export type SearchResult = { encounters: Meeting[]; views: Quota | undefined };

export async function listEncounters(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  const { userId } = requireScope(ctx, 'discovery:read');
  return await searchEncounters(ctx, userId, input);
}

/**
 * Finds the riders who come near a rider's journey: the best meeting with each, nearest first. It records who was shown
 * in the same round trip.
 */
export async function searchEncounters(ctx: Ctx, ownerId: string, input: SearchInput): Promise<SearchResult> {
  const { journeyId, radiusM = defaultSearch.radiusM, windowDays = defaultSearch.windowDays } = input;
  const { isAnyTime = defaultSearch.isAnyTime, limit = defaultSearch.limit } = input;
  const now = ctx.now();
  const joinedBy = joinDeadlineOf(ctx);
  const budgets = budgetsAt(now, ctx.config.disclosure);
  const networkHash = networkHashOf(ctx);
  const reachesM = reachesOf(radiusM);
  const bucketsApart = isAnyTime ? undefined : bucketsWithin(windowDays);
  const orderSeed = orderSeedOf(ctx.config.keys.encounterId, journeyId);
  const search = { journeyId, ownerId, reachesM, bucketsApart, limit, orderSeed, now, joinedBy, networkHash, budgets };
  const { searcher, path, encounters, views } = await commit(ctx, {
    guards: [requireSearchable(journeyId, ownerId, radiusM)],
    writes: {
      searcher: selectSearcher(ctx.db, journeyId, ownerId),
      path: selectOwnPath(ctx.db, search),
      encounters: discloseEncounters(ctx.db, search),
      views: selectViewCount(ctx.db, ownerId, budgets.since),
    },
  });
  const steps = path.rows.flatMap((row) => row.steps.map(toStep));
  requireSearcher(ctx, searcher.rows[0], steps);
  return {
    encounters: encounters.rows.map((row) => toMeeting(ctx, { journeyId, isAnyTime }, steps, row)),
    views: views.rows[0] && viewsLeft(views.rows[0], budgets, now),
  };
}

/** `undefined` for a digest, which has no network. */
function networkHashOf({ actor, config, request }: Ctx): Uint8Array | undefined {
  const [key] = config.keys.network;
  return actor.type === 'system' || !key ? undefined : viewerNetworkHash(key, request.network);
}

const toStep = ([cell, bucket, firstS, lastS]: PathRow['steps'][number]): PathStep => ({
  cell,
  bucket,
  firstMs: firstS === null ? undefined : firstS * 1_000,
  lastMs: lastS === null ? undefined : lastS * 1_000,
});

/** Discovery is reciprocal: a rider searches only from a dated journey that others may see. */
function requireSearcher(ctx: Ctx, searcher: SearcherRow | undefined, steps: readonly PathStep[]): void {
  if (!searcher) throw journeyNotFound();
  const { is_adult: isAdult, role, is_on_show: isOnShow, created_at: createdAt } = searcher;
  requireParticipant(ctx, { isAdult, role, isOnShow, createdAt: new Date(createdAt) });
  const fault = journeyFault(searcher, steps);
  if (fault) throw searchErrors[fault]();
}

function toMeeting(
  ctx: Ctx,
  { journeyId, isAnyTime }: { journeyId: string; isAnyTime: boolean },
  steps: readonly PathStep[],
  row: EncounterRow,
): Meeting {
  const { line, days } = stretchAround(
    steps,
    meetingStep(steps, row.their_cell, isAnyTime ? undefined : row.my_bucket),
  );
  const isNamed = row.journey_name !== null && row.rider_id !== null && row.rider_name !== null;
  return {
    id: encounterIdOf(ctx.config.keys.encounterId, journeyId, row.journey_id),
    distanceBandM: bandOf(row.reach_m),
    stretch: line,
    myDays: days,
    theirDays: bucketSpan(row.their_bucket),
    journey: isNamed ? { id: row.journey_id, name: row.journey_name ?? '' } : null,
    rider: isNamed ? { id: row.rider_id ?? '', name: row.rider_name ?? '' } : null,
    otherJourneyId: row.journey_id,
  };
}
