import { and, asc, eq, isNotNull, min, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';

type Moment = { at: string; maxWork: number };
type Change = Moment & { keepsFormer: boolean };

/** Publishes a journey that is locked, now if that is at most `maxWork`. Else others see nothing of it until later. */
export const publishOne = prepare(
  (db, { journeyId, at, maxWork, keepsFormer }: Given<Change & { journeyId: string }>) =>
    db.execute(sql`select publish_journeys(array[${journeyId}::uuid], ${at}, ${maxWork}, ${keepsFormer})`),
);

/** The same for the visible journeys of a rider, which are locked. */
export const publishVisible = prepare((db, { ownerId, at, maxWork }: Given<Moment & { ownerId: string }>) =>
  db.execute(sql`
    select publish_journeys(array(
      select id from ${journeys} where owner_id = ${ownerId} and visibility <> 'private'), ${at}, ${maxWork}, false)`),
);

/** Does one piece of work for a rider. The id of the journey is null if no journey waits. */
export const continuePublishing = prepare((db, { ownerId, at, maxWork }: Given<Moment & { ownerId: string }>) =>
  db.execute<{ id: string | null }>(sql`select continue_publishing(${ownerId}, ${at}, ${maxWork}) as id`),
);

/** One journey of the rider that is not published yet, if there is one. */
export const selectWaiting = prepare((db, { ownerId }: Given<{ ownerId: string }>) =>
  db
    .select({ id: journeys.id })
    .from(journeys)
    .where(and(eq(journeys.ownerId, ownerId), isNotNull(journeys.publishingSince)))
    .limit(1),
);

/** The riders with journeys that are not published yet, those who have waited longest first. */
export const listWaitingRiders = prepare((db, { limit }: Given<{ limit: number }>) =>
  db
    .select({ ownerId: journeys.ownerId })
    .from(journeys)
    .where(isNotNull(journeys.publishingSince))
    .groupBy(journeys.ownerId)
    .orderBy(asc(min(journeys.publishingSince)), asc(journeys.ownerId))
    .limit(limit),
);

/** Puts the rider's journey that has waited longest behind all others. */
export const moveToEnd = (db: Db, ownerId: string, now: Date) =>
  db.execute(sql`
    update ${journeys} set publishing_since = ${now.toISOString()}::timestamptz where id = (
      select id from ${journeys} where owner_id = ${ownerId} and publishing_since is not null
      order by publishing_since, id limit 1)`);
