import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import type { Position } from '../../lib/geodesy.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { budgetsOf, type ViewsLeft, viewersNetwork, viewsLeft, viewsUsed } from './disclosure.service.ts';
import { journeyOver, journeyUndated, notDiscoverable } from './discovery.errors.ts';
import {
  type AskerRow,
  type EncounterRow,
  type PathRow,
  selectAsker,
  selectEncounters,
  selectOwnPath,
} from './encounter.repository.ts';
import {
  bandOf,
  bucketSpan,
  bucketsWithin,
  type Days,
  meetingStep,
  type PathStep,
  reachesOf,
  stretchAround,
} from './encounter.rules.ts';
import { handleOf } from './handle.rules.ts';
import { mayDiscover, youngestViewer } from './viewer.service.ts';

export type Encounter = {
  id: string;
  distanceBandM: number;
  stretch: Position[];
  myDays: Days | undefined;
  theirDays: Days | undefined;
  journey: { id: string; name: string } | null;
  rider: { id: string; name: string } | null;
};

export type NearbyInput = { journeyId: string; radiusM: number; windowDays: number; isAnyTime: boolean; limit: number };

/** What is looked for where nothing else is asked. */
export const usualSearch = { radiusM: 100_000, windowDays: 7, isAnyTime: false, limit: 50 } as const;

export type Found = { encounters: Met[]; views: ViewsLeft[] };

export async function listEncounters(ctx: Ctx, input: NearbyInput): Promise<Found> {
  const { userId } = requireScope(ctx, 'discovery:read');
  return await encountersOf(ctx, userId, input);
}

/** With whom it is, which nobody is told. */
export type Met = Encounter & { otherJourneyId: string };

/**
 * Who comes near a rider's journey, where on its way and when: the best meeting with each, nearest first. Whom it shows is
 * written down in the same trip, which is the only one.
 */
export async function encountersOf(ctx: Ctx, ownerId: string, input: NearbyInput): Promise<Found> {
  const { journeyId, radiusM, windowDays, isAnyTime, limit } = input;
  const now = ctx.now();
  const search = {
    journeyId,
    ownerId,
    reachesM: reachesOf(radiusM),
    bucketsApart: isAnyTime ? undefined : bucketsWithin(windowDays),
    limit,
    now,
    joinedBy: youngestViewer(ctx),
    networkHash: viewersNetwork(ctx),
    budgets: budgetsOf(ctx),
  };
  const [asker, path, encounters, views] = await commit(ctx, {
    statements: [
      selectAsker(ctx.db, journeyId, ownerId),
      selectOwnPath(ctx.db, search),
      selectEncounters(ctx.db, search),
      viewsUsed(ctx, ownerId),
    ],
  });
  const steps = path.rows.flatMap((row) => row.steps.map(toStep));
  mayAsk(ctx, asker.rows[0], steps);
  return {
    encounters: encounters.rows.map((row) => toEncounter(ctx, input, steps, row)),
    views: viewsLeft(ctx, views.rows),
  };
}

const toStep = ([cell, bucket, firstS, lastS]: PathRow['steps'][number]): PathStep => ({
  cell,
  bucket,
  firstMs: firstS === null ? undefined : firstS * 1_000,
  lastMs: lastS === null ? undefined : lastS * 1_000,
});

/** Reciprocity: one sees from a dated journey that others may see. */
function mayAsk(ctx: Ctx, asker: AskerRow | undefined, steps: readonly PathStep[]): void {
  if (!asker) throw journeyNotFound();
  mayDiscover(ctx, { isAdult: asker.is_adult, isOnShow: asker.is_on_show, createdAt: new Date(asker.created_at) });
  if (asker.visibility === 'private') throw notDiscoverable();
  if (asker.status === 'completed') throw journeyOver();
  if (steps.every(({ firstMs }) => firstMs === undefined)) throw journeyUndated();
}

function toEncounter(
  ctx: Ctx,
  { journeyId, isAnyTime }: NearbyInput,
  steps: readonly PathStep[],
  row: EncounterRow,
): Met {
  const { line, days } = stretchAround(
    steps,
    meetingStep(steps, row.their_cell, isAnyTime ? undefined : row.my_bucket),
  );
  const isNamed = row.journey_name !== null && row.rider_id !== null && row.rider_name !== null;
  return {
    id: handleOf(ctx.config.keys.handle, journeyId, row.journey_id),
    distanceBandM: bandOf(row.reach_m),
    stretch: line,
    myDays: days,
    theirDays: bucketSpan(row.their_bucket),
    journey: isNamed ? { id: row.journey_id, name: row.journey_name ?? '' } : null,
    rider: isNamed ? { id: row.rider_id ?? '', name: row.rider_name ?? '' } : null,
    otherJourneyId: row.journey_id,
  };
}
