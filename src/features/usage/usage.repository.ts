import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteOldest } from '../../db/delete-batch.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { markers } from '../markers/marker.table.ts';
import { type CountedKind, dailyCounts } from './daily-count.table.ts';
import { journeySizes } from './journey-size.table.ts';

type Owner = Placeholder;

const journeysOf = (owner: Owner): SQL => sql`(select count(*) from ${journeys} where owner_id = ${owner})`;
const visibleJourneysOf = (owner: Owner): SQL =>
  sql`(select count(*) from ${journeys} where owner_id = ${owner} and visibility <> 'private')`;

type Size = 'lines' | 'points' | 'markers' | 'imports' | 'bytes';

const sizeOf = (size: Size, owner: Owner): SQL => sql`(
  select coalesce(sum(${journeySizes[size]}), 0)
  from ${journeySizes} join ${journeys} on ${journeys.id} = ${journeySizes.journeyId} where owner_id = ${owner})`;

type Room = { ownerId: string; more: number; max: number };

const hasRoom = (size: Size) =>
  prepareCondition(({ ownerId, more, max }: Given<Room>) => sql`select ${sizeOf(size, ownerId)} + ${more} <= ${max}`);

export const hasRoomForLines = hasRoom('lines');
export const hasRoomForPoints = hasRoom('points');
export const hasRoomForImports = hasRoom('imports');
/** For markers that do not exist yet. */
export const hasRoomForNewMarkers = hasRoom('markers');
export const hasRoomForBytes = hasRoom('bytes');

type JourneyRoom = { ownerId: string; journeyId: string; max: number };

/** The rider may have one more journey, or has this one already. */
export const hasRoomForJourney = prepareCondition(
  ({ ownerId, journeyId, max }: Given<JourneyRoom>) => sql`
  select ${journeysOf(ownerId)} < ${max}
    or exists (select from ${journeys} where id = ${journeyId} and owner_id = ${ownerId})`,
);

/** The rider may have one more visible journey, or this one is visible already. */
export const hasRoomForVisibleJourney = prepareCondition(
  ({ ownerId, journeyId, max }: Given<JourneyRoom>) => sql`
  select ${visibleJourneysOf(ownerId)} < ${max} or exists (
    select from ${journeys} where id = ${journeyId} and owner_id = ${ownerId} and visibility <> 'private')`,
);

type MarkerRoom = Room & { journeyId: string; ids: readonly string[] };

/** The rider may have `more` markers. Existing markers of the journey with these ids need no room. */
export const hasRoomForMarkers = prepareCondition(
  ({ ownerId, journeyId, ids, more, max }: Given<MarkerRoom>) => sql`
  select ${sizeOf('markers', ownerId)} + ${more} - (
    select count(*) from ${markers} where journey_id = ${journeyId} and id = any(${ids}::uuid[])) <= ${max}`,
);

type DailyCount = { userId: string; kind: CountedKind };

/** The rider has made fewer than `max` since the count started, or the count has ended. */
export const isUnderDailyLimit = prepareCondition(
  ({ userId, kind, since, max }: Given<DailyCount & { since: string; max: number }>) => sql`
  select coalesce((
    select made < ${max} from ${dailyCounts}
    where user_id = ${userId} and kind = ${kind} and started_at > ${since}::timestamptz), 0 < ${max})`,
);

/** The journey is the rider's already, or the rider has made fewer than `max` since the count started. */
export const mayCreateJourneyToday = prepareCondition(
  ({ userId, journeyId, since, max }: Given<{ userId: string; journeyId: string; since: string; max: number }>) => sql`
  select exists (select from ${journeys} where id = ${journeyId} and owner_id = ${userId}) or coalesce((
    select made < ${max} from ${dailyCounts}
    where user_id = ${userId} and kind = 'journeys' and started_at > ${since}::timestamptz), 0 < ${max})`,
);

type Increment = DailyCount & { at: string; since: string };

const increment = ({ userId, kind, at, since }: Given<Increment>, condition: SQL): SQL => sql`
  insert into ${dailyCounts} as c (user_id, kind, started_at, made)
  select ${userId}::uuid, ${kind}, ${at}::timestamptz, 1 ${condition}
  on conflict (user_id, kind) do update set
    started_at = case when c.started_at > ${since}::timestamptz then c.started_at else excluded.started_at end,
    made = case when c.started_at > ${since}::timestamptz then c.made + 1 else 1 end`;

export const countOne = prepare((db, given: Given<Increment>) => db.execute(increment(given, sql``)));

/** Counts a journey that is about to be created. A journey with this id that exists already does not count again. */
export const countNewJourney = prepare((db, { journeyId, ...given }: Given<Increment & { journeyId: string }>) =>
  db.execute(increment(given, sql`where not exists (select from ${journeys} where id = ${journeyId})`)),
);

export type UsageRow = { journeys: number; visible_journeys: number } & Record<Size, number>;

export const selectUsage = prepare((db, { ownerId }: Given<{ ownerId: string }>) =>
  db.execute<UsageRow>(sql`
    select count(*)::int as journeys, (count(*) filter (where visibility <> 'private'))::int as visible_journeys,
      coalesce(sum(lines), 0)::int as lines, coalesce(sum(points), 0)::int as points,
      coalesce(sum(markers), 0)::int as markers, coalesce(sum(imports), 0)::int as imports,
      coalesce(sum(bytes), 0)::float8 as bytes
    from ${journeys} left join ${journeySizes} on ${journeySizes.journeyId} = ${journeys.id}
    where owner_id = ${ownerId}`),
);

export type DailyCountRow = { kind: CountedKind; made: number; started_at: string };

export const selectDailyCounts = prepare((db, { userId, since }: Given<{ userId: string; since: string }>) =>
  db.execute<DailyCountRow>(sql`
    select kind, made, started_at from ${dailyCounts}
    where user_id = ${userId} and started_at > ${since}::timestamptz`),
);

export const deleteEndedCounts = (db: Db, before: Date) => deleteOldest(db, dailyCounts, dailyCounts.startedAt, before);
