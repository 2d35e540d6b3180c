import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { readTogether } from '../../db/parts.ts';
import { dayOf } from '../../lib/days.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellAt, mapCellBox } from '../../lib/grid.ts';
import { describeError } from '../../log.ts';
import { joinDeadlineOf, readParticipant, requireParticipant } from '../audience/participation.guards.ts';
import {
  type CrowdRow,
  deleteStaleCrowds,
  listSpans,
  partCount,
  replaceCrowds,
  selectCrowds,
  selectCrowdsNear,
} from './crowd.repository.ts';
import { bucketsOf, bucketsToCount, cellsToShow, countedFrom, finestLevel, type Level } from './crowd.rules.ts';

export type Crowd = { box: [number, number, number, number]; riders: number };
export type CrowdMap = { cellSizeM: number; crowds: Crowd[] };

type Days = { from: string | undefined; to: string | undefined };

const toMap = ({ level, cellSizeM }: Level, rows: readonly CrowdRow[]): CrowdMap => ({
  cellSizeM,
  crowds: rows.map(({ cell, riders }) => ({ box: mapCellBox(level, cell), riders })),
});

/** The crowds in a box of the map: each cell's largest count at one time. */
export async function listCrowds(
  ctx: Ctx,
  { box, zoom, ...days }: Days & { box: readonly [number, number, number, number]; zoom: number },
): Promise<CrowdMap> {
  const { userId } = requireScope(ctx, 'discovery:read');
  const { level, runs } = cellsToShow(box, zoom);
  const {
    viewer: [viewer],
    crowds,
  } = await readTogether(ctx.db, {
    viewer: readParticipant(ctx, userId),
    crowds: selectCrowds(ctx.db, level.level, runs, bucketsOf(days, dayOf(ctx.now()))),
  });
  requireParticipant(ctx, viewer);
  return toMap(level, crowds.rows);
}

/** The crowds around a position. */
export async function listCrowdsNear(
  ctx: Ctx,
  { position, radiusM, ...days }: Days & { position: Position; radiusM: number },
): Promise<CrowdMap> {
  const { userId } = requireScope(ctx, 'discovery:read');
  const {
    viewer: [viewer],
    crowds,
  } = await readTogether(ctx.db, {
    viewer: readParticipant(ctx, userId),
    crowds: selectCrowdsNear(ctx.db, cellAt(position), radiusM, bucketsOf(days, dayOf(ctx.now()))),
  });
  requireParticipant(ctx, viewer);
  return toMap(finestLevel, crowds.rows);
}

/**
 * Counts all riders again, piece by piece, and answers the number of pieces. A failed piece is logged and stops no
 * other.
 */
export async function recountCrowds(ctx: Ctx): Promise<number> {
  const buckets = bucketsToCount(dayOf(ctx.now()));
  const joinedBy = new Date(Math.min(joinDeadlineOf(ctx).getTime(), countedFrom(ctx.now()).getTime()));
  let counted = 0;
  const logFailure = async (part: number, work: () => Promise<void>) => {
    await work().catch((error) => ctx.log('error', 'crowds', { part, ...describeError(error) }));
  };
  for (let part = 0; part < partCount; part += 1)
    await logFailure(part, async () => {
      const spans = (await listSpans(ctx.db, part, buckets)).rows.map(({ span }) => span);
      await deleteStaleCrowds(ctx.db, part, spans, buckets);
      for (const span of spans)
        await logFailure(part, async () => {
          await commit(ctx, { writes: { crowds: replaceCrowds(ctx.db, { part, span }, buckets, joinedBy) } });
          counted += 1;
        });
    });
  return counted;
}
