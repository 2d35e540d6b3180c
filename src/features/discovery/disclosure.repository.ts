import { and, eq, gt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteOldest } from '../../db/delete-batch.ts';
import { hasBlocked } from '../audience/audience.predicates.ts';
import { journeys } from '../journeys/journey.table.ts';
import { users } from '../users/user.table.ts';
import type { DisclosureRow, ViewCount } from './disclosure.rules.ts';
import { disclosures } from './disclosure.table.ts';
import { viewings } from './viewing.table.ts';

/** How many new riders an account has seen since a time, by name and without. */
export const selectViewCount = (db: Db, viewerId: string, since: Date) =>
  db.execute<ViewCount>(sql`
    select count(*)::int as used, min(at)::text as oldest_at from ${viewings}
    where viewer_id = ${viewerId} and at > ${since.toISOString()}`);

/** The encounters that were shown to a rider, newest first. Deleting either journey deletes them. */
export const selectDisclosures = (db: Db, viewerId: string, limit: number) =>
  db.execute<DisclosureRow>(sql`
    select mine.id as journey_id, other.id as other_journey_id, u.id as rider_id, u.name, u.email,
      u.takes_part and other.visibility <> 'private' and not ${hasBlocked(sql`u.id`, viewerId)} as is_reachable
    from ${journeys} mine join ${disclosures} d on d.journey_no = mine.no
      join ${journeys} other on other.no = d.other_no join ${users} u on u.id = other.owner_id
    where mine.owner_id = ${viewerId}
    order by d.at desc, d.other_no limit ${limit}`);

/** How many riders saw this rider for the first time, by name and without, day by day (UTC). */
export const listDaysShown = (db: Db, shownId: string, since: Date) => {
  const day = sql<string>`(${viewings.at} at time zone 'UTC')::date::text`;
  return db
    .select({
      day,
      public: sql<number>`count(*) filter (where ${viewings.isPublic})::int`,
      discoverable: sql<number>`count(*) filter (where not ${viewings.isPublic})::int`,
    })
    .from(viewings)
    .where(and(eq(viewings.shownId, shownId), gt(viewings.at, since)))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
};

export const deleteOldViewings = (db: Db, before: Date) => deleteOldest(db, viewings, viewings.at, before);
export const deleteOldDisclosures = (db: Db, before: Date) => deleteOldest(db, disclosures, disclosures.at, before);
