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
export const selectOwnPath = (db: Db, journeyId: string, ownerId: string, now: Date) =>
  db.execute<PathRow>(sql`
    select v.cell, min(v.visited_at)::text as first_at, max(v.visited_at)::text as last_at, min(v.along_m) as along_m
    from ${journeys} j, journey_visits(j.id, ${now.toISOString()}) v
    where j.id = ${journeyId} and j.owner_id = ${ownerId}
    group by v.cell order by min(v.visited_at), min(v.along_m), v.cell`);

export type PathRow = { cell: number; first_at: string | null; last_at: string | null; along_m: number | null };

export type Search = {
  journeyId: string;
  ownerId: string;
  shiftS: number;
  radiusM: number;
  /** How many buckets mine and theirs may be apart; undefined when the days do not count. */
  bucketsApart: number | undefined;
  limit: number;
  now: Date;
};

/**
 * The best meeting with each other journey, nearest first: my cells widened by the radius, looked up by cell and
 * bucket in the presence of all others. It sees nothing of anybody but presence, save names that are public.
 */
export function selectEncounters(db: Db, search: Search) {
  const { journeyId, ownerId, shiftS, radiusM, bucketsApart, limit, now } = search;
  const isMeeting =
    bucketsApart === undefined
      ? sql`true`
      : sql`r.bucket >= 0 and p.bucket between r.bucket - ${bucketsApart}::int and r.bucket + ${bucketsApart}::int`;
  const byDaysApart = bucketsApart === undefined ? sql`` : sql`abs(p.bucket - r.bucket),`;

  return db.execute<EncounterRow>(sql`
    with mine as materialized (
      select v.cell, presence_bucket(v.visited_at, ${shiftS}) as bucket
      from ${journeys} j, journey_visits(j.id, ${now.toISOString()}) v
      where j.id = ${journeyId} and j.owner_id = ${ownerId} and j.visibility <> 'private' and j.status <> 'completed'
      group by 1, 2
    ), reach as materialized (
      select distinct on (g.cell, m.bucket) g.cell, m.bucket, g.gap_m, g.own_cell
      from grid_reach((select array_agg(distinct cell) from mine), ${radiusM}) g join mine m on m.cell = g.own_cell
      order by g.cell, m.bucket, g.gap_m, g.own_cell
    ), met as (
      select distinct on (p.journey_id) p.journey_id, r.gap_m, r.own_cell, r.bucket as my_bucket, p.bucket as their_bucket
      from reach r join ${presence} p on p.cell = r.cell and ${isMeeting}
      where p.journey_id not in (select id from ${journeys} where owner_id = ${ownerId})
      order by p.journey_id, r.gap_m, ${byDaysApart} r.bucket, p.bucket, r.own_cell
    ), nearest as (
      select * from met order by gap_m, my_bucket, md5(journey_id::text || ${journeyId}) limit ${limit}
    )
    select n.journey_id, n.gap_m, n.own_cell, n.my_bucket, n.their_bucket,
      case when j.visibility = 'public' then j.name end as journey_name,
      case when j.visibility = 'public' then u.id end as rider_id,
      case when j.visibility = 'public' then u.name end as rider_name
    from nearest n join ${journeys} j on j.id = n.journey_id join ${users} u on u.id = j.owner_id
    order by n.gap_m, n.my_bucket, md5(n.journey_id::text || ${journeyId})`);
}

export type EncounterRow = {
  journey_id: string;
  gap_m: number;
  own_cell: number;
  my_bucket: number;
  their_bucket: number;
  journey_name: string | null;
  rider_id: string | null;
  rider_name: string | null;
};
