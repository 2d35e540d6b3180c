import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { journeys } from '../journeys/journey.table.ts';
import { presence } from '../presence/presence.table.ts';
import { type UserRow, users } from '../users/user.table.ts';
import type { Budgets } from './disclosure.rules.ts';
import { viewings } from './viewing.table.ts';

/** The rider's journey has at most this many rows of presence. It is true for a journey that is not the rider's. */
export const hasRowsWithin = (journeyId: string, ownerId: string, maxRows: number): SQL => sql`
  not exists (
    select from ${presence} p where p.journey_no = (select j.no from ${journeys} j where j.id = ${journeyId} and j.owner_id = ${ownerId})
    offset ${maxRows}::integer limit 1)`;

/** The journey that a search starts from, and what its rider is allowed. */
export const selectSearcher = (db: Db, journeyId: string, ownerId: string) =>
  db.execute<SearcherRow>(sql`
    select j.visibility, j.status, j.is_over, is_publishing(j), u.is_adult, u.role, u.is_on_show, u.created_at from ${journeys} j join ${users} u on u.id = j.owner_id
    where j.id = ${journeyId} and j.owner_id = ${ownerId}`);

export type SearcherRow = {
  visibility: string;
  status: string;
  is_over: boolean;
  is_publishing: boolean;
  is_adult: boolean;
  role: UserRow['role'];
  is_on_show: boolean;
  created_at: string;
};

/**
 * The rider's own way, exact, cell by cell in riding order. It is one row, because that is read faster than hundreds.
 */
export const selectOwnPath = (db: Db, { journeyId, ownerId, now }: OwnJourney) =>
  db.execute<PathRow>(sql`
    select coalesce(json_agg(json_build_array(cell, bucket, extract(epoch from first_at), extract(epoch from last_at))
      order by n), '[]') as steps
    from own_way(${journeyId}, ${ownerId}, ${now.toISOString()}) with ordinality w (cell, bucket, first_at, last_at, n)`);

/** A cell, a bucket, and the first and last second (since 1970) of the rider there. */
export type PathRow = { steps: [cell: number, bucket: number, firstS: number | null, lastS: number | null][] };

type OwnJourney = { journeyId: string; ownerId: string; now: Date };

type Search = OwnJourney & {
  /** Distances in ascending order. A meeting is reported by the smallest of them that it is within. */
  reachesM: readonly number[];
  /** How many buckets the two riders may be apart; undefined where the days do not count. */
  bucketsApart: number | undefined;
  limit: number;
  /** Decides who comes first among equally near riders. */
  orderSeed: bigint;
  /** A rider whose account was created later is shown nothing. */
  joinedBy: Date;
  networkHash: Uint8Array | undefined;
  budgets: Budgets;
};

const bytes = (value: Uint8Array | undefined): SQL =>
  value ? sql`${sql.param(value, viewings.networkHash)}::bytea` : sql`null`;

/**
 * Finds the best meeting with each other journey, nearest first, and records who was shown: `show_encounters` widens
 * the rider's cells by the reaches and looks them up in the presence of all others. Beyond presence it reads only the
 * names of public journeys and of connected riders.
 */
export const discloseEncounters = (db: Db, search: Search) => {
  const { journeyId, ownerId, reachesM, bucketsApart, limit, orderSeed, joinedBy, networkHash, now, budgets } = search;
  return db.execute<EncounterRow>(sql`
    select * from show_encounters(${journeyId}, ${ownerId}, ${sql.param(`{${reachesM.join(',')}}`)}, ${bucketsApart ?? null},
      ${limit}, ${orderSeed.toString()}, ${joinedBy.toISOString()}, ${bytes(networkHash)}, ${now.toISOString()},
      ${budgets.since.toISOString()}, ${budgets.maxShown}, ${budgets.maxViewed}, ${budgets.maxViewedOfNetwork})`);
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
