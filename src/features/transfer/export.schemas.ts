import { z } from '@hono/zod-openapi';
import { Id, UtcTime } from '../../http/values.ts';
import { Marker } from '../markers/marker.schemas.ts';
import { Lines, Position } from '../tracks/track.schemas.ts';
import { trackKinds } from '../tracks/track.table.ts';
import { type ExportPart, exportParts, exportSensors } from './export.rules.ts';

const parts = '`plan` (the lines to ride), `rides` (the ridden lines), `markers` (your markers)';

function includeOf(allowed: readonly ExportPart[], description: string) {
  const part = `(?:${allowed.join('|')})`;
  return z.strictObject({
    include: z
      .string()
      .regex(new RegExp(`^${part}(?:,${part})*$`))
      .transform((text) => allowed.filter((one) => text.split(',').includes(one)))
      .optional()
      .openapi({ type: 'string', default: exportParts.join(), example: 'plan,markers', description }),
  });
}

export const geoJsonQuery = includeOf(exportParts, `A list with commas: ${parts}.`);

export const gpxQuery = includeOf(
  [...exportParts, ...exportSensors],
  `A list with commas: ${parts}, and of your own journey \`sensors\` (the rides with power, cadence and temperature) and \`heart_rate\` (the rides with that). Heart rates need a login or \`POST /v1/auth/reauthenticate\` within the last ten minutes.`,
);

const MarkerPoint = z
  .object({ type: z.literal('Point'), coordinates: Position })
  .openapi('ExportedPoint', { description: 'The place of a marker.' });

const Properties = z
  .object({
    kind: z.enum([...trackKinds, 'marker']).openapi({ description: 'The kind of line, or a marker.' }),
    name: z.string().nullable().openapi({
      example: 'Passau to Vienna',
      description: 'Null for a line whose file had no name, and for lines of other riders.',
    }),
    coordTimes: z
      .array(z.array(UtcTime.nullable()))
      .nullable()
      .optional()
      .openapi({
        example: [['2026-06-12T05:31:04Z', '2026-06-12T05:31:09Z']],
        description:
          'Only for lines: a time for each point of `coordinates`, and null for a point on the antimeridian where the line is cut. Null for a line without times, for a plan, and for lines of other riders.',
      }),
    notes: Marker.shape.notes.optional().openapi({ description: 'Only for markers.' }),
    marker_type: Marker.shape.marker_type.optional().openapi({ description: 'Only for markers.' }),
    timestamp: UtcTime.nullable().optional().openapi({ description: 'Only for markers: when you were there.' }),
    estimated_time: UtcTime.nullable().optional().openapi({ description: 'Only for markers: when you will be there.' }),
  })
  .openapi('ExportedProperties');

const Feature = z
  .object({
    type: z.literal('Feature'),
    id: Id,
    geometry: z.discriminatedUnion('type', [Lines, MarkerPoint]),
    properties: Properties,
  })
  .openapi('ExportedFeature');

export const JourneyExport = z
  .object({
    type: z.literal('FeatureCollection'),
    name: z.string().openapi({ example: 'Danube, source to sea', description: 'The name of the journey.' }),
    features: z.array(Feature),
  })
  .openapi('JourneyExport', { description: 'GeoJSON (RFC 7946): a feature for each marker and for each line.' });

export const GpxFile = z.string().openapi({
  example: '<gpx version="1.1" creator="Kairos" xmlns="http://www.topografix.com/GPX/1/1">...</gpx>',
  description: 'GPX 1.1: a waypoint for each marker, and a track for each line.',
});
