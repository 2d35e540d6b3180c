import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { journeys } from '../journeys/journey.table.ts';
import { type NewTrack, type TrackRow, tracks } from './track.table.ts';

/** Appends lines to a journey's lines of that kind, in one statement; the journey's row is locked by the commit's guard. */
export const insertTracks = (db: Db, lines: readonly Omit<NewTrack, 'ordinal'>[]) =>
  db.insert(tracks).values(
    lines.map((line, index) => ({
      ...line,
      ordinal: sql`(select coalesce(max(ordinal) + 1, 0) + ${index} from ${tracks}
        where journey_id = ${line.journeyId} and kind = ${line.kind})`,
    })),
  );

export type RouteView = {
  kind: TrackRow['kind'];
  /** Metres by which the simplified line may stray from the full one. */
  toleranceM: number | undefined;
  maxPoints: number | undefined;
  /** Strangers get a public plan without this much of either end. */
  trimM: number;
};

const metresPerDegree = 111_320;

/** The coarsening tried for `max_points`, finest first, in degrees: from 1 m up, doubling. */
const ladder = Array.from({ length: 21 }, (_, step) => 2 ** step / metresPerDegree);

/**
 * The lines of a journey as GeoJSON geometries, in order: the rider's own in full; of a public journey the plan only,
 * its ends cut off.
 */
export function selectLines(db: Db, journeyId: string, viewerId: string, view: RouteView) {
  const seen = sql`case when ${journeys.ownerId} = ${viewerId} then ${tracks.line}
    else ST_LocateBetween(${tracks.line}, ${view.trimM}, ${tracks.distanceM} - ${view.trimM}) end`;
  const tolerated =
    view.toleranceM === undefined ? seen : sql`ST_Simplify(${seen}, ${view.toleranceM / metresPerDegree}, true)`;
  const share = sql`greatest(2, floor(${view.maxPoints ?? 0}::float8 * point_count / sum(point_count) over ()))`;
  const fitted = sql`coalesce(
    (select simple from unnest(${sql.param(`{${ladder.join(',')}}`)}::float8[]) with ordinality as step (tolerance, n),
      ST_Simplify(lines.line, tolerance, true) as simple
      where ST_NPoints(simple) <= lines.share order by n limit 1),
    ST_Simplify(lines.line, 90, true))`;
  const geometry =
    view.maxPoints === undefined
      ? sql`lines.line`
      : sql`case when ST_NPoints(lines.line) <= lines.share then lines.line else ${fitted} end`;

  return db.execute<LineRow>(sql`
    with lines as materialized (
      select ${tracks.id}, ${tracks.name}, ${tracks.ordinal}, ${tracks.distanceM}, ${tracks.ascentM}, ${share} as share,
        case when ${tracks.hasElevation} then ${tolerated} else ST_Force2D(${tolerated}) end as line
      from ${tracks} join ${journeys} on ${journeys.id} = ${tracks.journeyId}
      where ${tracks.journeyId} = ${journeyId} and ${tracks.kind} = ${view.kind}
        and (${journeys.ownerId} = ${viewerId} or (${journeys.visibility} = 'public' and ${tracks.kind} = 'plan'))
    )
    select id, name, distance_m, ascent_m,
      ST_AsGeoJSON(case when ST_NumGeometries(shown) = 1 then ST_GeometryN(shown, 1) else shown end, 7) as geometry
    from lines, lateral (select ST_Multi(${geometry}) as shown) s
    where not ST_IsEmpty(shown)
    order by ordinal`);
}

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
  ridden_days: number;
  past_markers: number;
  plan_markers: number;
  west: number | null;
  south: number | null;
  east: number | null;
  north: number | null;
};

/**
 * Sums over a journey's lines and markers. Where its box would be narrower across the antimeridian, west comes out
 * greater than east (RFC 7946 section 5.2).
 */
export const selectStats = (db: Db, journeyId: string) =>
  db.execute<StatsRow>(sql`
    with lines as materialized (
      select kind, distance_m, ascent_m, recorded_at, Box2D(line) as box, Box2D(ST_ShiftLongitude(ST_Force2D(line))) as shifted
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
      (select count(distinct (at at time zone 'UTC')::date)::int from lines, unnest(recorded_at) at where kind = 'past') as ridden_days,
      (select count(*)::int from points where marker_type = 'past') as past_markers,
      (select count(*)::int from points where marker_type = 'plan') as plan_markers,
      ST_XMin(box) as west, ST_YMin(box) as south, ST_XMax(box) as east, ST_YMax(box) as north
    from chosen`);
