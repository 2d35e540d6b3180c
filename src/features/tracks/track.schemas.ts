import { z } from '@hono/zod-openapi';
import { Day, Id, integerText, numberText, roundDegrees } from '../../http/values.ts';
import { roundMetres } from '../../lib/geodesy.ts';
import { plannedDays } from './schedule.rules.ts';
import type { LineRow } from './track.repository.ts';
import type { Stats } from './track.service.ts';
import { trackKinds } from './track.table.ts';

export const Position = z
  .array(z.number())
  .min(2)
  .max(3)
  .openapi({
    description: 'The longitude and the latitude in degrees, and the elevation in metres if the file had one.',
    example: [16.3738, 48.2082, 171],
  });

const Line = z.object({ type: z.literal('LineString'), coordinates: z.array(Position) }).openapi('GeoLineString');
export const Lines = z
  .object({ type: z.literal('MultiLineString'), coordinates: z.array(z.array(Position)) })
  .openapi('GeoMultiLineString');

/**
 * RFC 7946: one line, or several if the route has gaps or crosses the antimeridian. Positions have an elevation if the file
 * had one.
 */
const LineGeometry = z.discriminatedUnion('type', [Line, Lines]).openapi('LineGeometry');

const LineProperties = z
  .object({
    name: z.string().nullable().openapi({
      description: 'The name in the file. Null if it had none, and for other riders.',
      example: 'Passau to Vienna',
    }),
    distance_m: z.number().openapi({
      description: 'The length of the full line, in metres. For other riders: of the line that they see.',
      example: 2_852_000,
    }),
    ascent_m: z.number().nullable().openapi({
      example: 15_400,
      description: 'Null if the file had no elevations, and for lines of other riders.',
    }),
  })
  .openapi('RouteLineProperties');

const RouteLine = z
  .object({ type: z.literal('Feature'), id: Id, geometry: LineGeometry, properties: LineProperties })
  .openapi('RouteLine');

export const Route = z
  .object({ type: z.literal('FeatureCollection'), features: z.array(RouteLine) })
  .openapi('JourneyRoute', {
    description:
      'GeoJSON (RFC 7946): a feature for each line, cut where it crosses the antimeridian. Other riders get all that they may see as one line, so that it does not show where days end.',
  });

export const routeQuery = z.strictObject({
  as: z
    .enum(trackKinds)
    .optional()
    .openapi({ default: 'plan', description: '`plan`: the lines to ride. `past`: the ridden lines.' }),
  tolerance_m: numberText({ min: 0, max: 100_000 })
    .optional()
    .openapi({ description: 'Simplifies the line: the maximum distance in metres between it and the full line.' }),
  max_points: integerText({ min: 2, max: 100_000 }).optional().openapi({
    description:
      'Simplifies the lines until they have at most this many points in all. A line has at least two points for each of its parts.',
  }),
});

/** The geometry is GeoJSON text from PostGIS and is sent unparsed, because parsing a long line costs the most time. */
export const toRouteText = (lines: readonly LineRow[]): string => {
  const features = lines.map(({ id, name, distance_m, ascent_m, geometry }) => {
    const properties = JSON.stringify({ name, distance_m, ascent_m });
    return `{"type":"Feature","id":"${id}","geometry":${geometry},"properties":${properties}}`;
  });
  return `{"type":"FeatureCollection","features":[${features.join(',')}]}`;
};

const lengths = {
  distance_m: z.number().openapi({ description: 'In metres.', example: 2_852_000 }),
  ascent_m: z
    .number()
    .nullable()
    .openapi({ description: 'In metres. Null if no file had elevations.', example: 15_400 }),
};

const PlannedTotals = z
  .object({
    ...lengths,
    days: z.int().nullable().openapi({ description: 'Null without lines or `daily_distance_m`.', example: 30 }),
    ends_on: Day.nullable().openapi({ description: 'The last day. Null without `days` or `starts_on`.' }),
  })
  .openapi('PlannedTotals');

const RiddenTotals = z
  .object({
    ...lengths,
    days: z.int().nullable().openapi({
      description:
        'The days on which you rode, each by the clock of its place: by the offset in the file, else by the time zone of the place. Null if no file had times.',
      example: 12,
    }),
  })
  .openapi('RiddenTotals');

const MarkerCounts = z
  .object({ past: z.int().openapi({ example: 3 }), plan: z.int().openapi({ example: 9 }) })
  .openapi('MarkerCounts');

export const JourneyStats = z
  .object({
    planned: PlannedTotals.openapi({ description: 'The sums over the lines to ride.' }),
    ridden: RiddenTotals.openapi({ description: 'The sums over the ridden lines.' }),
    markers: MarkerCounts.openapi({ description: 'The number of markers of each type.' }),
    bounding_box: z
      .array(z.number())
      .min(4)
      .max(4)
      .nullable()
      .openapi({
        example: [8.5, 46.9, 17.2, 49.1],
        description:
          'The box around all lines and markers: west, south, east, north, in degrees. Null without any. If west is greater than east, the box crosses the antimeridian.',
      }),
  })
  .openapi('JourneyStats');

/** The sum of rounded numbers is not rounded. */
const roundOrNull = (metres: number | null): number | null => (metres === null ? null : roundMetres(metres));
const wrapLongitude = (longitude: number): number => (longitude > 180 ? longitude - 360 : longitude);

export function toJourneyStats({ stats, startsOn, dailyDistanceM }: Stats): z.infer<typeof JourneyStats> {
  const { west, south, east, north } = stats;
  const hasBox = west !== null && south !== null && east !== null && north !== null;
  const planned = plannedDays({ distanceM: stats.plan_distance_m, startsOn, dailyDistanceM });
  return {
    planned: {
      distance_m: roundMetres(stats.plan_distance_m),
      ascent_m: roundOrNull(stats.plan_ascent_m),
      days: planned.days,
      ends_on: planned.endsOn,
    },
    ridden: {
      distance_m: roundMetres(stats.past_distance_m),
      ascent_m: roundOrNull(stats.past_ascent_m),
      days: stats.ridden_days,
    },
    markers: { past: stats.past_markers, plan: stats.plan_markers },
    bounding_box: hasBox ? [wrapLongitude(west), south, wrapLongitude(east), north].map(roundDegrees) : null,
  };
}
