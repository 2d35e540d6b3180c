import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { Run } from '../../lib/grid.ts';
import { presence } from '../presence/presence.table.ts';
import { type Buckets, type Level, levels } from './crowd.rules.ts';
import { crowds } from './crowd.table.ts';

export type CrowdRow = { cell: number; riders: number };

/**
 * The largest count of each cell in these buckets. OFFSET 0 makes Postgres look up each run, whatever the planner
 * estimates.
 */
export function selectCrowds(db: Db, level: number, runs: readonly Run[], { first, last }: Buckets) {
  const [firsts, lasts] = [runs.map((run) => run.first), runs.map((run) => run.last)];
  return db.execute<CrowdRow>(sql`
    select c.cell, max(c.riders) as riders
    from unnest(${sql.param(`{${firsts.join(',')}}`)}::int[], ${sql.param(`{${lasts.join(',')}}`)}::int[]) r (first, last)
      cross join lateral (
        select o.cell, o.riders from ${crowds} o
        where o.level = ${level} and o.cell between r.first and r.last and o.bucket between ${first} and ${last}
        offset 0) c
    group by 1 order by 1`);
}

/**
 * The same for the 25 km cells that may hold a rider within the radius of a rider in this cell. `presence_visits` only
 * turns bits into cells here: the 1 stands for any pair of buckets, and its buckets are not read.
 */
export const selectCrowdsNear = (db: Db, cell: number, radiusM: number, { first, last }: Buckets) =>
  db.execute<CrowdRow>(sql`
    select c.cell, max(c.riders) as riders
    from presence_reach(array[${cell}::int], array[0], ${radiusM}) r
      cross join lateral presence_visits((r.block << 15) | 1, r.cells) v
      cross join lateral (
        select o.cell, o.riders from ${crowds} o
        where o.level = 0 and o.cell = v.cell and o.bucket between ${first} and ${last}
        offset 0) c
    group by 1 order by 1`);

/**
 * What one commit counts. A part is sixteen rows of the grid, and a span is sixteen buckets. The largest map cell is
 * sixteen rows high, so no map cell lies in two parts.
 */
export type Piece = { part: number; span: number };

export const partCount = 50;

/**
 * The spans of a part that have presence. The low 15 bits of a place are its pair of buckets plus 1, so a span is eight
 * pairs.
 */
export const listSpans = (db: Db, part: number, { first, last }: Buckets) =>
  db.execute<{ span: number }>(sql`
    select distinct ((place & 32767) - 1) >> 3 as span from ${presence}
    where place between ${part}::int << 25 and (${part}::int << 25) | 33554431
      and ((place & 32767) - 1) >> 3 between ${first >> 4} and ${last >> 4} order by 1`);

/** The map's cells of a part. */
function cellsOfPart(part: number): SQL {
  const ofLevel = ({ level }: Level) => {
    const first = part << (15 - level);
    return sql`(level = ${level} and cell between ${first} and ${first + (1 << (15 - level)) - 1})`;
  };
  return sql`(${sql.join(levels.map(ofLevel), sql` or `)})`;
}

/** Deletes counts of past buckets, and of spans of a part that have no presence any more. */
export const deleteStaleCrowds = (db: Db, part: number, spans: readonly number[], { first, last }: Buckets) =>
  db.execute(sql`
    delete from ${crowds} where ${cellsOfPart(part)} and (bucket < ${first}
      or (bucket <= ${last} and bucket >> 4 <> all(${sql.param(`{${spans.join(',')}}`)}::int[])))`);

/** Counts a piece anew, as far as it lies in these buckets. */
export function replaceCrowds(db: Db, { part, span }: Piece, buckets: Buckets, joinedBy: Date) {
  const [first, last] = [Math.max(buckets.first, span << 4), Math.min(buckets.last, (span << 4) + 15)];
  return [
    db.execute(sql`delete from ${crowds} where ${cellsOfPart(part)} and bucket between ${first} and ${last}`),
    db.execute(sql`
      insert into ${crowds} select * from crowds_of(${part}, ${first}, ${last}, ${joinedBy.toISOString()})
      on conflict (level, cell, bucket) do update set riders = excluded.riders`),
  ] as const;
}
