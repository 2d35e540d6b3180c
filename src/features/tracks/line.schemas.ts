import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { Id, UtcTime, Version } from '../../http/values.ts';
import { journeyParams } from '../journeys/journey.schemas.ts';
import type { Line } from './line.repository.ts';
import { maxPerJourney } from './line.rules.ts';
import { sensorKinds } from './sensor.table.ts';
import { trackKinds } from './track.table.ts';

export const lineParams = journeyParams.extend({ track_id: Id.openapi({ description: 'The id of the line.' }) });

export const lineListQuery = z.strictObject(pageQuery);

const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .nullable()
  .openapi({ description: 'At first the name in the file. Null without one.', example: 'Passau to Vienna' });
const Place = z.int().min(1).max(maxPerJourney.lines);

export const JourneyTrackChanges = z
  .strictObject({
    name: Name.optional(),
    position: Place.optional().openapi({
      description: 'Moves the line to this place among the lines of its kind, and beyond the last one to the end.',
      example: 1,
    }),
  })
  .openapi('JourneyTrackChanges', { example: { name: 'Day 1', position: 1 } });

export const JourneyTrack = z
  .object({
    id: Id,
    journey_id: Id,
    import_id: Id.openapi({ description: 'The import that made the line.' }),
    kind: z.enum(trackKinds).openapi({ description: '`plan`: a line to ride. `past`: a ridden line.' }),
    position: Place.openapi({ description: 'The place among the lines of its kind, from 1.', example: 1 }),
    name: Name,
    distance_m: z.number().openapi({ description: 'In metres.', example: 324_600 }),
    ascent_m: z
      .number()
      .nullable()
      .openapi({ description: 'In metres. Null if the file had no elevations.', example: 1_240 }),
    points: z.int().openapi({ description: 'The number of its points.', example: 6_812 }),
    sensors: z.array(z.union([z.enum(sensorKinds).openapi('SensorKind'), z.string()])).openapi({
      description:
        'The sensors of a ride of which something is kept, for you alone. `exportGpx` has the values. Heart rates are kept only with your consent, and an API key reads only that there are some.',
      example: ['power', 'cadence'],
    }),
    version: Version,
    created_at: UtcTime,
  })
  .openapi('JourneyTrack');

export const JourneyTrackPage = pageOf('JourneyTrackPage', JourneyTrack);

export const toJourneyTrack = (line: Line): z.infer<typeof JourneyTrack> => ({
  id: line.id,
  journey_id: line.journeyId,
  import_id: line.importId,
  kind: line.kind,
  position: line.position,
  name: line.name,
  distance_m: line.distanceM,
  ascent_m: line.ascentM,
  points: line.pointCount,
  sensors: line.sensors,
  version: line.version,
  created_at: line.createdAt.toISOString(),
});
