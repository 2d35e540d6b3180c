import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import { presence } from './presence.table.ts';

/** The journey one discovers from, and what its rider is allowed. */
export const selectAsker = (db: Db, journeyId: string, ownerId: string) =>
  db.execute<AskerRow>(sql`
    select j.visibility, j.status, u.is_adult, u.created_at from ${journeys} j join ${users} u on u.id = j.owner_id
    where j.id = ${journeyId} and j.owner_id = ${ownerId}`);

export type AskerRow = { visibility: string; status: string; is_adult: boolean; created_at: string };

/** My own way, cell by cell in riding order: exact, since it is mine. */
export const selectOwnPath = (db: Db, { journeyId, ownerId, shiftS, now }: Asking) =>
  db.execute<PathRow>(sql`
    select v.cell, presence_bucket(v.visited_at, ${shiftS}) as bucket,
      min(v.visited_at)::text as first_at, max(v.visited_at)::text as last_at
    from ${journeys} j, journey_visits(j.id, ${now.toISOString()}) v
    where j.id = ${journeyId} and j.owner_id = ${ownerId}
    group by 1, 2 order by min(v.visited_at), min(v.along_m), v.cell`);

export type PathRow = { cell: number; bucket: number; first_at: string | null; last_at: string | null };

export type Asking = { journeyId: string; ownerId: string; shiftS: number; now: Date };

export type Search = Asking & {
  /** Distances in ascending order; a meeting is told by the least of them that it is within. */
  reachesM: readonly number[];
  /** How many buckets mine and theirs may be apart; undefined when the days do not count. */
  bucketsApart: number | undefined;
  limit: number;
};

/**
 * The best meeting with each other journey, nearest first: my cells widened by the reaches, looked up by cell and
 * bucket in the presence of all others. It sees nothing of anybody but presence, save names that are public.
 */
export function selectEncounters(db: Db, search: Search) {
  const { journeyId, ownerId, shiftS, reachesM, bucketsApart, limit, now } = search;
  const isTimed = bucketsApart !== undefined;
  const bucket = isTimed ? sql`presence_bucket(v.visited_at, ${shiftS})` : sql`-1`;
  const isDated = isTimed ? sql`and v.visited_at is not null` : sql``;
  const isMeeting = isTimed
    ? sql`and p.bucket between r.bucket - ${bucketsApart}::int and r.bucket + ${bucketsApart}::int`
    : sql``;
  const byDaysApart = isTimed ? sql`abs(p.bucket - r.bucket),` : sql``;
  const order = sql`reach_m, my_bucket, md5(journey_id::text || ${journeyId})`;

  return db.execute<EncounterRow>(sql`
    with mine as materialized (
      select v.cell, ${bucket} as bucket
      from ${journeys} j, journey_visits(j.id, ${now.toISOString()}) v
      where j.id = ${journeyId} and j.owner_id = ${ownerId} and j.visibility <> 'private' and j.status <> 'completed' ${isDated}
      group by 1, 2
    ), reached as materialized (
      select r.* from (select array_agg(cell) as cells, array_agg(bucket) as buckets from mine) m,
        presence_reach(m.cells, m.buckets, ${sql.param(`{${reachesM.join(',')}}`)}::float8[]) r
    ), met as (
      select distinct on (p.journey_id) p.journey_id, r.reach_m, r.bucket as my_bucket, p.bucket as their_bucket, p.cell as their_cell
      from reached r join ${presence} p on p.cell = r.cell ${isMeeting}
      where exists (
        select from ${journeys} o join ${users} h on h.id = o.owner_id
        where o.id = p.journey_id and o.owner_id <> ${ownerId} and h.disabled_at is null
          and o.visibility <> 'private' and o.status <> 'completed')
      order by p.journey_id, r.reach_m, ${byDaysApart} r.bucket, p.bucket, p.cell
    ), nearest as (
      select * from met order by ${order} limit ${limit}
    )
    select n.*,
      case when j.visibility = 'public' then j.name end as journey_name,
      case when j.visibility = 'public' then u.id end as rider_id,
      case when j.visibility = 'public' then u.name end as rider_name
    from nearest n join ${journeys} j on j.id = n.journey_id join ${users} u on u.id = j.owner_id
    order by ${order}`);
}

export type EncounterRow = {
  journey_id: string;
  reach_m: number;
  my_bucket: number;
  their_bucket: number;
  their_cell: number;
  journey_name: string | null;
  rider_id: string | null;
  rider_name: string | null;
};
