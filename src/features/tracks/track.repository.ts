import { and, eq, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { markPresenceChange } from '../../db/commit.ts';
import { type Given, prepare } from '../../db/prepared.ts';
import { audienceOf, isVisibleTo } from '../audience/audience.predicates.ts';
import type { Viewer } from '../audience/audience.rules.ts';
import { journeys } from '../journeys/journey.table.ts';
import { type NewTrack, type TrackRow, tracks } from './track.table.ts';

const plan = { startsOn: journeys.startsOn, dailyDistanceM: journeys.dailyDistanceM };

export const selectOwnJourney = prepare((db, { id, ownerId }: Given<{ id: string; ownerId: string }>) =>
  db
    .select(plan)
    .from(journeys)
    .where(and(eq(journeys.id, id), eq(journeys.ownerId, ownerId))),
);

export const selectVisibleJourney = prepare((db, { id, ...viewer }: Given<Viewer & { id: string }>) =>
  db
    .select(plan)
    .from(journeys)
    .where(and(eq(journeys.id, id), isVisibleTo(viewer))),
);

/** Appends lines to a journey's lines of that kind, in one statement. A guard of the commit has locked the journey. */
export const insertTracks = (db: Db, lines: readonly Omit<NewTrack, 'ordinal'>[]) =>
  markPresenceChange(
    db.insert(tracks).values(
      lines.map((line, index) => ({
        ...line,
        ordinal: sql`(select coalesce(max(ordinal) + 1, 0) + ${index} from ${tracks}
        where journey_id = ${line.journeyId} and kind = ${line.kind})`,
      })),
    ),
  );

export type TrackTotals = { lines: number; points: number; distanceM: number };

/** The journey has room for this many more lines, points and metres. */
export const hasRoomForLines = (journeyId: string, more: TrackTotals, max: TrackTotals): SQL => sql`
  select count(*) + ${more.lines} <= ${max.lines} and coalesce(sum(${tracks.pointCount}), 0) + ${more.points} <= ${max.points}
    and coalesce(sum(${tracks.distanceM}), 0) + ${more.distanceM} <= ${max.distanceM}
  from ${tracks} where ${tracks.journeyId} = ${journeyId}`;

export type RouteView = {
  kind: TrackRow['kind'];
  /** The maximum distance in metres between the simplified and the full line. */
  toleranceM: number | undefined;
  maxPoints: number | undefined;
};

const metresPerDegree = 111_320;

/**
 * Simplifies each line, by a tolerance of one metre, then two, four and so on, until it fits its share of `maxPoints`.
 * The share is two points for each part of the line, plus a share of the rest in proportion to the points of the line.
 */
function simplifyToFit(maxPoints: Placeholder): SQL {
  const fewest = sql`2 * ST_NumGeometries(line)`;
  const rest = sql`(${maxPoints}::float8 - sum(${fewest}) over ())`;
  const part = sql`(ST_NPoints(line) - ${fewest}) / nullif(sum(ST_NPoints(line) - ${fewest}) over (), 0)`;
  return sql`
    select id, name, ordinal, distance_m, ascent_m, (
      with recursive coarser (line, step) as (
        select shared.line, 0
        union all
        select ST_Simplify(line, 2 ^ step / ${metresPerDegree}::float8, true), step + 1 from coarser
          where ST_NPoints(line) > share and step < 30
      )
      select line from coarser where ST_NPoints(line) <= share
    ) as line
    from (select *, ${fewest} + coalesce(floor(greatest(0, ${rest}) * ${part}), 0) as share from simplified) shared`;
}

type SeenQuery = Viewer & { journeyId: string; kind: TrackRow['kind']; now: Date };

/**
 * For a `with`: `seen` has the lines of a journey that the viewer sees, in full. The owner gets them as they are. Others get
 * one line of the published pieces of plans, and of rides that are older than the delay; riders with the exact grant get
 * recent rides too. The length of a plan is the published one, which its days use as well. They get no ascent, because it
 * would include the hidden ends, no name, because the name in a file may say where and when its rider set out, and no times.
 */
export const seenLines = ({ journeyId, viewerId, viewedAs, kind, now }: Given<SeenQuery>): SQL => {
  const viewer = { viewerId, viewedAs };
  const isMine = sql`j.audience = 'owner'`;
  return sql`
    journey as materialized (
      select id, ${audienceOf(viewer)} as audience, ${now}::timestamptz - delay_h * interval '1 hour' as latest
      from ${journeys} where id = ${journeyId} and ${isVisibleTo(viewer)}
    ), seen as (
      select t.id, t.name, t.ordinal, t.distance_m, t.ascent_m, t.has_elevation, t.line, t.recorded_at
      from journey j join ${tracks} t on t.journey_id = j.id and t.kind = ${kind} where ${isMine}
      union all
      select others.id, null, 0, others.distance_m, null, others.has_elevation, others.line, null
      from journey j cross join lateral shown_lines(j.id, ${kind}, j.latest, j.audience = 'exact') others where not ${isMine}
    )`;
};

/**
 * The lines of a journey as GeoJSON geometries, in order. They are cut at the antimeridian before they are simplified, so that
 * the cuts count as points.
 */
export const selectLines = prepare(
  (db, { toleranceM, maxPoints, ...query }: Given<Omit<RouteView, 'kind'> & SeenQuery>) => {
    const simplified =
      toleranceM === undefined
        ? sql`line`
        : sql`ST_Simplify(line, ${toleranceM}::float8 / ${metresPerDegree}::float8, true)`;

    return db.execute<LineRow>(sql`
    with ${seenLines(query)}, simplified as materialized (
      select id, name, ordinal, distance_m, ascent_m,
        ST_Multi(case when has_elevation then ${simplified} else ST_Force2D(${simplified}) end) as line
      from (select id, name, ordinal, distance_m, ascent_m, has_elevation, cut_at_180(line) as line from seen) cut
    ), shown as materialized (
      ${maxPoints === undefined ? sql`select * from simplified` : simplifyToFit(maxPoints)}
    )
    select id, name, distance_m, ascent_m,
      ST_AsGeoJSON(case when ST_NumGeometries(line) = 1 then ST_GeometryN(line, 1) else line end, 7) as geometry
    from shown where not ST_IsEmpty(line) order by ordinal`);
  },
);

export type LineRow = {
  id: string;
  name: string | null;
  distance_m: number;
  ascent_m: number | null;
  geometry: string;
};

export type StatsRow = {
  plan_distance_m: number;
  plan_ascent_m: number | null;
  past_distance_m: number;
  past_ascent_m: number | null;
  ridden_days: number | null;
  past_markers: number;
  plan_markers: number;
  west: number | null;
  south: number | null;
  east: number | null;
  north: number | null;
};

/**
 * Sums over a journey's lines and markers. West is greater than east where the box is narrower across the antimeridian
 * (RFC 7946 section 5.2).
 */
export const selectStats = prepare((db, { journeyId }: Given<{ journeyId: string }>) =>
  db.execute<StatsRow>(sql`
    with lines as materialized (
      select kind, distance_m, ascent_m, ridden_on, Box2D(line) as box, Box2D(ST_ShiftLongitude(ST_Force2D(line))) as shifted
      from ${tracks} where journey_id = ${journeyId}
    ), points as materialized (
      select marker_type, ST_Force2D(position::geometry) as point from markers where journey_id = ${journeyId}
    ), boxes as (
      select ST_Extent(box::geometry) as box, ST_Extent(shifted::geometry) as shifted from (
        select box, shifted from lines
        union all select Box2D(point), Box2D(ST_ShiftLongitude(point)) from points
      ) b
    ), chosen as (
      select case when ST_XMax(shifted) - ST_XMin(shifted) < ST_XMax(box) - ST_XMin(box) then shifted else box end as box from boxes
    )
    select
      (select coalesce(sum(distance_m), 0) from lines where kind = 'plan') as plan_distance_m,
      (select sum(ascent_m) from lines where kind = 'plan') as plan_ascent_m,
      (select coalesce(sum(distance_m), 0) from lines where kind = 'past') as past_distance_m,
      (select sum(ascent_m) from lines where kind = 'past') as past_ascent_m,
      (select nullif(count(distinct day), 0)::int from lines, unnest(ridden_on) day where kind = 'past') as ridden_days,
      (select count(*)::int from points where marker_type = 'past') as past_markers,
      (select count(*)::int from points where marker_type = 'plan') as plan_markers,
      ST_XMin(box) as west, ST_YMin(box) as south, ST_XMax(box) as east, ST_YMax(box) as north
    from chosen`),
);
