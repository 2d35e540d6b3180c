import { type SQL, sql } from 'drizzle-orm';
import { type Given, prepare } from '../../db/prepared.ts';
import type { Position } from '../../lib/geodesy.ts';
import { audienceOf } from '../audience/audience.predicates.ts';
import type { Viewer } from '../audience/audience.rules.ts';
import { journeys } from '../journeys/journey.table.ts';
import { markers } from '../markers/marker.table.ts';
import { privacyZones } from '../privacy/privacy-zone.table.ts';
import type { ClimbPart } from './day.rules.ts';
import { tracks } from './track.table.ts';

/** A marker belongs to a day when the route of that day passes within this distance. */
export const markerReachM = 1_000;

/** The same distance in degrees of latitude, rounded up, so that a box around a line contains all markers in reach. */
const reachDegrees = markerReachM / 110_000;

/**
 * Finding markers near a route takes about 12 ns for each pair of point and marker. Each part adds as much work as 600
 * points. A page with more work than this limit, about a second, is answered without longest gaps.
 */
const maxPointsTimesMarkers = 100_000_000;
const pointsPerPart = 600;

/** The names of markers that a day has. */
const maxPlaces = 20;

export type DayRow = {
  starts_on: string | null;
  day: number | null;
  from_m: number;
  to_m: number;
  start_position: Position | null;
  end_position: Position | null;
  climbs: ClimbPart[] | null;
  /** The distances along the plan at which markers are near it. Null if the page has too much work. */
  markers_m: number[] | null;
  /** The names of the markers of the day outside the covers of privacy zones. Null without any, and if nobody asked for them. */
  places: string[] | null;
};

/** A longitude beyond 180 degrees comes from ST_ShiftLongitude. */
const positionOf = (point: SQL): SQL => sql`case when ${point} is not null then
  array[round((case when ST_X(${point}) > 180 then ST_X(${point}) - 360 else ST_X(${point}) end)::numeric, 7)::float8,
    round(ST_Y(${point})::numeric, 7)::float8] end`;

type DayQuery = Viewer & { journeyId: string; after: number; limit: number; withPlaces: boolean };

/** The marker is inside the cover of a privacy zone of its rider. */
const isCovered = sql`exists (
  select from ${privacyZones} z where z.owner_id = j.owner_id
    and ST_DWithin(m.position, ST_MakePoint(z.cover_longitude, z.cover_latitude)::geography, z.cover_radius_m)
)`;

/**
 * The days of a plan, cut at its daily distance; one row with a null `day` if there are no days. The owner gets whole
 * lines. A rider with an exact view gets the published pieces, no markers, and null for hidden positions. Other viewers
 * get no row.
 *
 * PostGIS cuts and measures on a plane here. So a line across the antimeridian is shifted first. `squeeze` scales
 * longitudes by the cosine of the latitude, so that the nearest point on the plane is about the nearest on the ground. A
 * piece is cut exactly at its own measures, because the points beyond them are not published.
 */
export const selectDays = prepare((db, { journeyId, viewerId, viewedAs, after, limit, withPlaces }: Given<DayQuery>) =>
  db.execute<DayRow>(sql`
    with journey as (
      select id, owner_id, starts_on, daily_distance_m, audience = 'owner' as is_mine, is_publishing
      from (
        select ${journeys.id}, ${journeys.ownerId}, ${journeys.startsOn}, ${journeys.dailyDistanceM}, ${audienceOf({ viewerId, viewedAs })} as audience,
          is_publishing(${journeys}) as is_publishing
        from ${journeys} where ${journeys.id} = ${journeyId} offset 0
      ) j where audience in ('owner', 'exact')
    ), lines as materialized (
      select l.*, sum(length_m) over (order by ordinal) - length_m as start_m, sum(length_m) over () as plan_m
      from (
        select t.ordinal, t.has_elevation, is_mine, x.crosses_antimeridian,
          case when x.crosses_antimeridian then ST_ShiftLongitude(t.line) else t.line end as line,
          case when is_mine then t.distance_m else t.published_m end as length_m,
          case when is_mine then array[0::float8] else t.shown_from_m end as shown_from_m,
          case when is_mine then array[t.distance_m] else t.shown_to_m end as shown_to_m,
          case when is_mine then array[0::float8] else t.shown_along_m end as shown_along_m
        from journey j join ${tracks} t on t.journey_id = j.id and t.kind = 'plan' and (j.is_mine or not j.is_publishing)
        cross join lateral (select ST_XMax(t.line) - ST_XMin(t.line) > 180 as crosses_antimeridian) x
      ) l
    ), days as (
      select d.* from journey j, (select plan_m from lines limit 1) p,
        planned_days(p.plan_m, j.daily_distance_m, ${after}::integer + 1, ${limit}::integer) d
    ), spans as materialized (
      select d.day, l.ordinal, l.has_elevation, l.crosses_antimeridian, greatest(d.from_m, s.from_m) as from_m, least(d.to_m, s.to_m) as to_m,
        s.offset_m, c.line_from_m, c.line_to_m, row_number() over (partition by l.ordinal order by c.line_from_m, c.line_to_m) as n
      from days d join lines l on l.start_m < d.to_m and l.start_m + l.length_m > d.from_m
      cross join lateral (
        select l.start_m + along_m as from_m, l.start_m + along_m + to_m - from_m as to_m, l.start_m + along_m - from_m as offset_m,
          from_m as line_from_m, to_m as line_to_m
        from unnest(l.shown_from_m, l.shown_to_m, l.shown_along_m) u (from_m, to_m, along_m)
      ) s
      cross join lateral (
        select greatest(d.from_m - s.offset_m, s.line_from_m) as line_from_m, least(d.to_m - s.offset_m, s.line_to_m) as line_to_m
      ) c
      where s.from_m < d.to_m and s.to_m > d.from_m
    ), pieces as materialized (
      select s.*, c.line
      from (select ordinal, array_agg(line_from_m order by n) as from_m, array_agg(line_to_m order by n) as to_m from spans group by 1) w
      join lines l using (ordinal)
      cross join lateral unnest(cut_pieces(l.line, w.from_m, w.to_m)) with ordinality c (line, n)
      join spans s on s.ordinal = l.ordinal and s.n = c.n
    ), parts as materialized (
      select p.day, p.ordinal, p.from_m, g.path, p.has_elevation, p.offset_m, p.crosses_antimeridian, g.geom,
        ST_Scale(g.geom, squeeze, 1) as squeezed, squeeze,
        ST_Expand(g.geom, ${reachDegrees}::float8 / greatest(0.01, cos(radians(least(89, greatest(abs(ST_YMin(g.geom)), abs(ST_YMax(g.geom))))))),
          ${reachDegrees}::float8) as surroundings
      from pieces p cross join lateral ST_Dump(p.line) g
      cross join lateral (
        select greatest(0.01, cos(radians((ST_YMin(g.geom) + ST_YMax(g.geom)) / 2))) as squeeze
      ) s
    ), plan_markers as materialized (
      select m.id, m.name, m.position::geometry as point, ${withPlaces}::boolean and ${isCovered} as is_covered
      from journey j join ${markers} m on m.journey_id = j.id and m.marker_type = 'plan' where j.is_mine
    ), work as materialized (
      select (select count(*) from plan_markers) * (select sum(ST_NPoints(geom) + ${pointsPerPart}::integer) from parts)
        <= ${maxPointsTimesMarkers}::bigint as is_bounded
    ), stops as materialized (
      select p.day, m.id, m.name, m.is_covered, p.offset_m + ST_InterpolatePoint(p.squeezed, place.squeezed) as along_m
      from work w join plan_markers m on w.is_bounded
      cross join parts p
      cross join lateral (select case when p.crosses_antimeridian then ST_ShiftLongitude(m.point) else m.point end as point) moved
      cross join lateral (select ST_Scale(moved.point, p.squeeze, 1) as squeezed) place
      where moved.point && p.surroundings and ST_Distance(
        ST_Scale(ST_ClosestPoint(p.squeezed, place.squeezed), 1 / p.squeeze, 1)::geography, moved.point::geography
      ) <= ${markerReachM}
    )
    select j.starts_on::text as starts_on, d.day, d.from_m, d.to_m,
      (select ${positionOf(sql`at`)}
        from (select ST_StartPoint(ST_GeometryN(p.line, 1)) as at from pieces p
          where p.day = d.day and p.from_m = d.from_m order by p.ordinal limit 1) f) as start_position,
      (select ${positionOf(sql`at`)}
        from (select ST_EndPoint(ST_GeometryN(p.line, ST_NumGeometries(p.line))) as at from pieces p
          where p.day = d.day and p.to_m = d.to_m order by p.ordinal desc limit 1) f) as end_position,
      (select json_agg(json_build_object('line', p.ordinal, 'elevations_m', array(select ST_Z(geom) from ST_DumpPoints(p.geom)),
          'start', ${positionOf(sql`ST_StartPoint(p.geom)`)}, 'end', ${positionOf(sql`ST_EndPoint(p.geom)`)})
          order by p.ordinal, p.from_m, p.path)
        from parts p where p.day = d.day and p.has_elevation) as climbs,
      case when j.is_mine and (select is_bounded is not false from work) then (
        select coalesce(json_agg(s.along_m), '[]') from stops s where s.day = d.day
      ) end as markers_m,
      case when ${withPlaces}::boolean then (
        select json_agg(name order by along_m, id) from (
          select id, name, min(along_m) as along_m from stops s where s.day = d.day and not is_covered
          group by id, name order by 3, 1 limit ${maxPlaces}::integer
        ) named
      ) end as places
    from journey j left join days d on true
    order by d.day`),
);
