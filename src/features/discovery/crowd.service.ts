import { type Ctx, requireScope } from '../../context.ts';
import { dayOf } from '../../lib/days.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellAt, mapCellBox } from '../../lib/grid.ts';
import { describeError } from '../../log.ts';
import {
  type CrowdRow,
  countCrowds,
  forgetCrowds,
  listSpans,
  partCount,
  selectCrowds,
  selectCrowdsNear,
  selectViewer,
} from './crowd.repository.ts';
import { bucketsOf, cellsToShow, countedBuckets, finestLevel, type Level } from './crowd.rules.ts';
import { mayDiscover, youngestViewer } from './viewer.service.ts';

export type Crowd = { box: [number, number, number, number]; riders: number };
export type CrowdMap = { cellSizeM: number; crowds: Crowd[] };

type Days = { from: string | undefined; to: string | undefined };

const toMap = ({ level, cellSizeM }: Level, rows: readonly CrowdRow[]): CrowdMap => ({
  cellSizeM,
  crowds: rows.map(({ cell, riders }) => ({ box: mapCellBox(level, cell), riders })),
});

/** Where in a box of the map riders are: the most at once in each cell. One trip. */
export async function listCrowds(
  ctx: Ctx,
  { box, zoom, ...days }: Days & { box: readonly [number, number, number, number]; zoom: number },
): Promise<CrowdMap> {
  const { userId } = requireScope(ctx, 'discovery:read');
  const { level, runs } = cellsToShow(box, zoom);
  const [viewers, { rows }] = await ctx.db.batch([
    selectViewer(ctx.db, userId),
    selectCrowds(ctx.db, level.level, runs, bucketsOf(days, dayOf(ctx.now()))),
  ]);
  mayDiscover(ctx, viewers[0]);
  return toMap(level, rows);
}

/** Where around a position riders are. One trip. */
export async function listCrowdsNear(
  ctx: Ctx,
  { position, radiusM, ...days }: Days & { position: Position; radiusM: number },
): Promise<CrowdMap> {
  const { userId } = requireScope(ctx, 'discovery:read');
  const [viewers, { rows }] = await ctx.db.batch([
    selectViewer(ctx.db, userId),
    selectCrowdsNear(ctx.db, cellAt(position), radiusM, bucketsOf(days, dayOf(ctx.now()))),
  ]);
  mayDiscover(ctx, viewers[0]);
  return toMap(finestLevel, rows);
}

/** Counts everybody anew, piece by piece; one that fails keeps no other waiting. Answers how many were counted. */
export async function recountCrowds(ctx: Ctx): Promise<number> {
  const buckets = countedBuckets(dayOf(ctx.now()));
  const joinedBy = youngestViewer(ctx);
  let counted = 0;
  const trying = async (part: number, work: () => Promise<void>) => {
    await work().catch((error) => ctx.log('error', 'crowds', { part, ...describeError(error) }));
  };
  for (let part = 0; part < partCount; part += 1)
    await trying(part, async () => {
      const spans = (await listSpans(ctx.db, part, buckets)).rows.map(({ span }) => span);
      await forgetCrowds(ctx.db, part, spans, buckets);
      for (const span of spans)
        await trying(part, async () => {
          await ctx.db.batch(countCrowds(ctx.db, { part, span }, buckets, joinedBy));
          counted += 1;
        });
    });
  return counted;
}
