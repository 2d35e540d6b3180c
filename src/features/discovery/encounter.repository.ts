import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { areConnected } from '../audience/audience.predicates.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import { viewings } from './viewing.table.ts';

/** The journey one discovers from, and what its rider is allowed. */
export const selectAsker = (db: Db, journeyId: string, ownerId: string) =>
  db.execute<AskerRow>(sql`
    select j.visibility, j.status, u.is_adult, u.is_on_show, u.created_at from ${journeys} j join ${users} u on u.id = j.owner_id
    where j.id = ${journeyId} and j.owner_id = ${ownerId}`);

export type AskerRow = {
  visibility: string;
  status: string;
  is_adult: boolean;
  is_on_show: boolean;
  created_at: string;
};

/** My own way, cell by cell in riding order: exact, since it is mine. In one row, which is quicker read than hundreds. */
export const selectOwnPath = (db: Db, { journeyId, ownerId, now }: Asking) =>
  db.execute<PathRow>(sql`
    select coalesce(json_agg(json_build_array(cell, bucket, extract(epoch from first_at), extract(epoch from last_at))
      order by n), '[]') as steps
    from own_way(${journeyId}, ${ownerId}, ${now.toISOString()}) with ordinality w (cell, bucket, first_at, last_at, n)`);

/** A cell, a bucket, and from when to when I am there in seconds since 1970. */
export type PathRow = { steps: [cell: number, bucket: number, firstS: number | null, lastS: number | null][] };

export type Asking = { journeyId: string; ownerId: string; now: Date };

export type Budgets = {
  /** From when on they are counted. */
  since: Date;
  mostShown: number;
  mostViewed: number;
  mostViewedOfNetwork: number;
};

export type Search = Pick<Asking, 'journeyId' | 'ownerId' | 'now'> & {
  /** Distances in ascending order; a meeting is told by the least of them that it is within. */
  reachesM: readonly number[];
  /** How many buckets mine and theirs may be apart; undefined when the days do not count. */
  bucketsApart: number | undefined;
  limit: number;
  /** Whose account is younger is shown nothing. */
  joinedBy: Date;
  networkHash: Uint8Array | undefined;
  budgets: Budgets;
};

const bytes = (value: Uint8Array | undefined): SQL =>
  value ? sql`${sql.param(value, viewings.networkHash)}::bytea` : sql`null`;

/**
 * The best meeting with each other journey, nearest first: `show_encounters` widens my cells by the reaches, looks them
 * up in the presence of all others and writes down whom it shows. It sees nothing of anybody but presence, save names
 * that are public, or of riders one is in touch with. OFFSET 0 has each of the few looked up, whatever the planner knows.
 */
export const selectEncounters = (db: Db, search: Search) => {
  const { journeyId, ownerId, reachesM, bucketsApart, limit, joinedBy, networkHash, now, budgets } = search;
  return db.execute<EncounterRow>(sql`
    select j.id as journey_id, e.reach_m, e.my_bucket, e.their_bucket, e.their_cell,
      case when k.is_known then j.name end as journey_name, u.id as rider_id, u.name as rider_name
    from show_encounters(${journeyId}, ${ownerId}, ${sql.param(`{${reachesM.join(',')}}`)}, ${bucketsApart ?? null},
        ${limit}, ${joinedBy.toISOString()}, ${bytes(networkHash)}, ${now.toISOString()}, ${budgets.since.toISOString()},
        ${budgets.mostShown}, ${budgets.mostViewed}, ${budgets.mostViewedOfNetwork}) with ordinality e
      cross join lateral (
        select o.id, o.owner_id, o.visibility, o.name from ${journeys} o where o.no = e.journey_no offset 0) j
      cross join lateral (
        select j.visibility = 'public' or ${areConnected(ownerId, sql`j.owner_id`)} as is_known offset 0) k
      left join lateral (select o.id, o.name from ${users} o where k.is_known and o.id = j.owner_id offset 0) u on true
    order by e.ordinality`);
};

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
