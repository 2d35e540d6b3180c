import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from '../../http/pagination.ts';
import { BoundingBox, Id, Instant, Point, roundDegrees, UtcTime, Version } from '../../http/values.ts';
import { type MarkerWithPosition, markerTypes } from './marker.table.ts';

export const markersParams = z.object({ id: Id.openapi({ description: 'The id of the journey.' }) });
export const markerParams = markersParams.extend({ marker_id: Id.openapi({ description: 'The id of the marker.' }) });

const Name = z.string().trim().min(1).max(200).openapi({ example: 'Spring under the chapel' });
const Notes = z.string().max(5_000).openapi({ example: 'Good water, room for two tents.' });
const MarkerType = z.enum(markerTypes).openapi({ description: '`past`: you were here. `plan`: you will be here.' });
const Timestamp = Instant.nullable().openapi({ description: 'When you were here. Only for a past marker.' });
const EstimatedTime = Instant.nullable().openapi({ description: 'When you will be here. Only for a planned marker.' });

const example = {
  name: 'Spring under the chapel',
  notes: 'Good water, room for two tents.',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [16.3738, 48.2082] },
  estimated_time: '2026-06-12T08:30:00Z',
};

type Times = {
  marker_type?: z.infer<typeof MarkerType> | undefined;
  timestamp?: string | null | undefined;
  estimated_time?: string | null | undefined;
};

/** A time field of the other type of marker is an error. `null` counts as absent. */
function checkTimes({ value, issues }: z.core.ParsePayload<Times>): void {
  const refuse = (field: keyof Times, type: string) =>
    issues.push({ code: 'custom', input: value[field], path: [field], message: `Only for markers of type ${type}.` });
  if (value.marker_type === 'plan' && value.timestamp) refuse('timestamp', 'past');
  if (value.marker_type === 'past' && value.estimated_time) refuse('estimated_time', 'plan');
}

export const NewMarker = z
  .strictObject({
    id: Id.optional().openapi({ description: 'An id of your own, which makes a retry safe.' }),
    name: Name,
    notes: Notes.optional(),
    marker_type: MarkerType,
    coordinates: Point,
    timestamp: Timestamp.optional(),
    estimated_time: EstimatedTime.optional(),
  })
  .check(checkTimes)
  .openapi('NewMarker', { example });

export const NewMarkers = z
  .strictObject({ markers: z.array(NewMarker).min(1).max(500) })
  .check(({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, { id }] of value.markers.entries()) {
      if (id && seen.has(id))
        issues.push({ code: 'custom', input: id, path: ['markers', index, 'id'], message: 'This id occurs twice.' });
      if (id) seen.add(id);
    }
  })
  .openapi('NewMarkers', {
    example: { markers: [example] },
  });

export const MarkerChanges = z
  .strictObject({
    name: Name.optional(),
    notes: Notes.optional(),
    marker_type: MarkerType.optional(),
    coordinates: Point.optional(),
    timestamp: Timestamp.optional(),
    estimated_time: EstimatedTime.optional(),
  })
  .check(checkTimes)
  .openapi('MarkerChanges', { example: { notes: 'Dry in August.', estimated_time: null } });

export const Marker = z
  .object({
    id: Id,
    journey_id: Id,
    name: Name,
    notes: Notes,
    marker_type: MarkerType,
    coordinates: Point,
    timestamp: Timestamp.openapi({ example: null }),
    estimated_time: EstimatedTime,
    version: Version,
    created_at: UtcTime,
    updated_at: UtcTime,
  })
  .openapi('Marker');

export const CreatedMarkers = z.object({ items: z.array(Marker) }).openapi('CreatedMarkers');
export const MarkerPage = pageOf('MarkerPage', Marker);
export const markerListQuery = z.strictObject({
  ...pageQuery,
  marker_type: MarkerType.optional().openapi({ description: 'Only markers of this type.' }),
  bbox: BoundingBox.optional().openapi({
    description:
      'Only markers in this box: `west,south,east,north` in degrees, edges included. If west is greater than east, the box crosses the antimeridian.',
  }),
});

export const toMarker = (row: MarkerWithPosition): z.infer<typeof Marker> => {
  const at = row.at?.toISOString() ?? null;
  return {
    id: row.id,
    journey_id: row.journeyId,
    name: row.name,
    notes: row.notes,
    marker_type: row.markerType,
    coordinates: { type: 'Point', coordinates: [...row.position] },
    timestamp: row.markerType === 'past' ? at : null,
    estimated_time: row.markerType === 'plan' ? at : null,
    version: row.version,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
};

const positionFrom = ({ coordinates: [longitude, latitude] }: z.infer<typeof Point>) =>
  [roundDegrees(longitude), roundDegrees(latitude)] as const;

const dateFrom = <None extends null | undefined>(time: string | None): Date | None =>
  typeof time === 'string' ? new Date(time) : time;

export const fromNewMarker = (body: z.infer<typeof NewMarker>) => ({
  id: body.id,
  name: body.name,
  notes: body.notes ?? '',
  markerType: body.marker_type,
  position: positionFrom(body.coordinates),
  elevationM: null,
  at: dateFrom(body.marker_type === 'past' ? body.timestamp : body.estimated_time) ?? null,
});

export const fromMarkerChanges = (body: z.infer<typeof MarkerChanges>) => ({
  name: body.name,
  notes: body.notes,
  markerType: body.marker_type,
  position: body.coordinates && positionFrom(body.coordinates),
  timestamp: dateFrom(body.timestamp),
  estimatedTime: dateFrom(body.estimated_time),
});
