import { and, asc, eq, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { users } from '../users/user.table.ts';
import { type CalendarFeedRow, calendarDays, calendarFeeds } from './calendar.table.ts';

/** Of the first days of each journey the feed names those that come last, and as many cancelled ones. */
const maxDays = 1_000;

export const insertFeed = (db: Db, feed: CalendarFeedRow) => db.insert(calendarFeeds).values(feed);

export const selectFeeds = prepare((db, { userId }: Given<{ userId: string }>) =>
  db
    .select()
    .from(calendarFeeds)
    .where(eq(calendarFeeds.userId, userId))
    .orderBy(asc(calendarFeeds.createdAt), asc(calendarFeeds.id)),
);

export const deleteFeed = (db: Db, id: string) => db.delete(calendarFeeds).where(eq(calendarFeeds.id, id));

export const isJourneyOf = prepareCondition(
  ({ id, userId }: Given<{ id: string; userId: string }>) => sql`
    select true from ${journeys} where ${and(eq(journeys.id, id), eq(journeys.ownerId, userId))}`,
);

export const lockOwnFeedRow = prepareCondition(
  ({ id, userId }: Given<{ id: string; userId: string }>) => sql`
    select true from ${calendarFeeds} where ${and(eq(calendarFeeds.id, id), eq(calendarFeeds.userId, userId))} for update`,
);

export const hasRoom = prepareCondition(
  ({ userId, max }: Given<{ userId: string; max: number }>) => sql`
    select count(*) < ${max} from ${calendarFeeds} where ${calendarFeeds.userId} = ${userId}`,
);

export const lockLiveFeedRow = prepareCondition(
  ({ tokenHash }: Given<{ tokenHash: Uint8Array }>) => sql`
    select true from ${calendarFeeds} join ${users} on ${users.id} = ${calendarFeeds.userId}
    where ${eq(calendarFeeds.tokenHash, tokenHash)} and ${users.disabledAt} is null for update of ${calendarFeeds}`,
);

export const selectFeed = prepare((db, { tokenHash }: Given<{ tokenHash: Uint8Array }>) =>
  db.select().from(calendarFeeds).where(eq(calendarFeeds.tokenHash, tokenHash)),
);

/** The id of the feed with this token. */
const feedId = (tokenHash: Placeholder): SQL =>
  sql`(select id from ${calendarFeeds} where ${eq(calendarFeeds.tokenHash, tokenHash)})`;

/** The days that the feed has to name now, as `GET /v1/journeys/{id}/days` has them. */
const plannedDays = (tokenHash: Placeholder): SQL => sql`(
  select j.id as journey_id, d.day, j.starts_on + d.day as date, d.to_m - d.from_m as distance_m, j.name, j.version, j.updated_at
  from ${calendarFeeds} f
  join ${journeys} j on j.owner_id = f.user_id and (f.journey_id is null or j.id = f.journey_id) and j.starts_on is not null
  cross join lateral (
    select sum(t.distance_m order by t.ordinal) as plan_m from ${tracks} t where t.journey_id = j.id and t.kind = 'plan'
  ) p
  cross join lateral planned_days(p.plan_m, j.daily_distance_m, 0, ${maxDays}::integer) d
  where f.id = ${feedId(tokenHash)}
  order by 3 desc, 1, 2 limit ${maxDays}::integer
)`;

const isSameDay = sql`p.journey_id = ${calendarDays.journeyId} and p.day = ${calendarDays.day}`;

/** Remembers the planned days that the feed has not named before, or not like this. */
export const nameDays = prepare((db, { tokenHash }: Given<{ tokenHash: Uint8Array }>) =>
  db.execute(sql`
    insert into ${calendarDays} as said (feed_id, journey_id, day, date, sequence)
    select ${feedId(tokenHash)}, journey_id, day, date, version from ${plannedDays(tokenHash)} p
    on conflict (feed_id, journey_id, day) do update
    set date = excluded.date, cancelled_at = null,
      sequence = greatest(excluded.sequence, said.sequence + (said.cancelled_at is not null)::integer)
    where said.cancelled_at is not null or said.date <> excluded.date or said.sequence < excluded.sequence`),
);

/** Cancels the days that the feed has named and that are not planned any more. */
export const cancelDays = prepare((db, { tokenHash, now }: Given<{ tokenHash: Uint8Array; now: string }>) =>
  db.execute(sql`
    update ${calendarDays} set cancelled_at = ${now}, sequence = sequence + 1
    where feed_id = ${feedId(tokenHash)} and cancelled_at is null
      and not exists (select from ${plannedDays(tokenHash)} p where ${isSameDay})`),
);

export type CalendarDayRow = {
  journey_id: string;
  day: number;
  date: string;
  sequence: number;
  cancelled_at_ms: number | null;
  /** The rest is null if the day is cancelled. */
  name: string | null;
  distance_m: number | null;
  updated_at_ms: number | null;
};

/** What the feed says: the planned days, and those that were cancelled after a time. */
export const selectDays = prepare((db, { tokenHash, after }: Given<{ tokenHash: Uint8Array; after: string }>) =>
  db.execute<CalendarDayRow>(sql`
    select d.journey_id, d.day, d.date::text as date, d.sequence, p.name, p.distance_m,
      (extract(epoch from d.cancelled_at) * 1000)::float8 as cancelled_at_ms,
      (extract(epoch from p.updated_at) * 1000)::float8 as updated_at_ms
    from ${calendarDays} d left join ${plannedDays(tokenHash)} p on p.journey_id = d.journey_id and p.day = d.day
    where d.feed_id = ${feedId(tokenHash)} and (d.cancelled_at is null or d.cancelled_at > ${after})
    order by d.cancelled_at is not null, d.date, d.journey_id, d.day`),
);

/** Deletes what the feed need not say any more: days cancelled before a time, and all but the last ones. */
export const forgetDays = prepare((db, { tokenHash, before }: Given<{ tokenHash: Uint8Array; before: string }>) =>
  db.execute(sql`
    delete from ${calendarDays} where ctid = any(array(
      select cancelled.ctid from (
        select d.ctid, d.cancelled_at, row_number() over (order by cancelled_at desc, date desc, journey_id, day) as n
        from ${calendarDays} d where feed_id = ${feedId(tokenHash)} and cancelled_at is not null
      ) cancelled where cancelled_at <= ${before} or n > ${maxDays}::integer
    ))`),
);
