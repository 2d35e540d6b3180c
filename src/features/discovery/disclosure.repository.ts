import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { areBlocked } from '../audience/audience.predicates.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import type { DisclosureRow, ViewCount } from './disclosure.rules.ts';
import { disclosures } from './disclosure.table.ts';
import { viewings } from './viewing.table.ts';

/** How many new riders an account and a network have seen since a time, in this order. */
export const selectViewCounts = (db: Db, viewerId: string, networkHash: Uint8Array | undefined, since: Date) => {
  const used = (is: SQL) => sql`
    select count(*)::int as used, min(at)::text as oldest_at from ${viewings} where ${is} and at > ${since.toISOString()}`;
  const ofNetwork = networkHash ? sql`network_hash = ${sql.param(networkHash, viewings.networkHash)}` : sql`false`;
  return db.execute<ViewCount>(sql`${used(sql`viewer_id = ${viewerId}`)} union all ${used(ofNetwork)}`);
};

/** The encounters that were shown to a rider, newest first. Deleting either journey deletes them. */
export const selectDisclosures = (db: Db, viewerId: string, limit: number) =>
  db.execute<DisclosureRow>(sql`
    select mine.id as journey_id, other.id as other_journey_id, u.id as rider_id, u.name, u.email,
      case when other.visibility = 'public' then u.name end as public_name,
      u.takes_part and other.visibility <> 'private' and not ${areBlocked(viewerId, sql`u.id`)} as is_reachable
    from ${journeys} mine join ${disclosures} d on d.journey_no = mine.no
      join ${journeys} other on other.no = d.other_no join ${users} u on u.id = other.owner_id
    where mine.owner_id = ${viewerId}
    order by d.at desc, d.other_no limit ${limit}`);

/** How many riders saw this rider for the first time, day by day (UTC). */
export const listDaysShown = (db: Db, shownId: string, since: Date) => {
  const day = sql<string>`(${viewings.at} at time zone 'UTC')::date::text`;
  return db
    .select({ day, newRiders: sql<number>`count(*)::int` })
    .from(viewings)
    .where(and(eq(viewings.shownId, shownId), gt(viewings.at, since)))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
};
