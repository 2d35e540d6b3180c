import { eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { Run } from '../../lib/grid.ts';
import { users } from '../users/user.table.ts';
import type { Buckets } from './crowd.rules.ts';
import { crowds } from './crowd.table.ts';
import { presence } from './presence.table.ts';

export const selectViewer = (db: Db, userId: string) =>
  db.select({ isAdult: users.isAdult, createdAt: users.createdAt }).from(users).where(eq(users.id, userId));

export type CrowdRow = { cell: number; riders: number };

/** The most riders that a cell has in one of the buckets. */
export function selectCrowds(db: Db, level: number, runs: readonly Run[], { first, last }: Buckets) {
  const [firsts, lasts] = [runs.map((run) => run.first), runs.map((run) => run.last)];
  return db.execute<CrowdRow>(sql`
    select c.cell, max(c.riders) as riders
    from unnest(${sql.param(`{${firsts.join(',')}}`)}::int[], ${sql.param(`{${lasts.join(',')}}`)}::int[]) r (first, last)
      join ${crowds} c on c.level = ${level} and c.cell between r.first and r.last
        and c.bucket between ${first} and ${last}
    group by 1 order by 1`);
}

/** Of the 25 km cells that may hold somebody nearer than the radius to one in this cell. */
export const selectCrowdsNear = (db: Db, cell: number, radiusM: number, { first, last }: Buckets) =>
  db.execute<CrowdRow>(sql`
    select c.cell, max(c.riders) as riders
    from presence_reach(array[${cell}::int], array[0], ${radiusM}) r
      cross join lateral presence_visits((r.block << 15) | 1, r.cells) v
      join ${crowds} c on c.level = 0 and c.cell = v.cell and c.bucket between ${first} and ${last}
    group by 1 order by 1`);

/** Sixteen rows of the grid each, so that no map's cell lies in two of them. */
export const listCountedParts = (db: Db) =>
  db.execute<{ part: number }>(sql`
    select part from generate_series(0, 49) part
    where exists (select from ${presence} where place between part << 25 and (part << 25) | 33554431)`);

export const forgetCrowds = (db: Db, parts: readonly number[], { first, last }: Buckets) =>
  db.execute(sql`
    delete from ${crowds} where bucket < ${first} or (bucket <= ${last}
      and ((cell >> 11) << level) >> 4 <> all(${sql.param(`{${parts.join(',')}}`)}::int[]))`);

/** Two statements for one commit: a part of the globe is counted anew for some buckets. */
export const countCrowds = (db: Db, part: number, { first, last }: Buckets) =>
  [
    db.execute(sql`
      delete from ${crowds} where ((cell >> 11) << level) >> 4 = ${part} and bucket between ${first} and ${last}`),
    db.execute(sql`
      insert into ${crowds} select * from crowds_of(${part}, ${first}, ${last})
      on conflict (level, cell, bucket) do update set riders = excluded.riders`),
  ] as const;
