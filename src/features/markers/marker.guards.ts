import type { Guard } from '../../db/commit.ts';
import { markerNotFound, tooManyMarkers, wrongTime } from './marker.errors.ts';
import { hasRoom, isOfType, lockMarkerRow } from './marker.repository.ts';
import type { MarkerRow } from './marker.table.ts';

const maxMarkers = 10_000;

/** The journey, which is locked already, has room for these markers. An existing marker needs no room. */
export const requireRoomForMarkers = (journeyId: string, drafts: readonly { id?: string | undefined }[]): Guard => ({
  stage: 'state',
  condition: hasRoom({ journeyId, ids: drafts.flatMap(({ id }) => id ?? []), count: drafts.length, max: maxMarkers }),
  error: tooManyMarkers,
});

/** The marker belongs to the journey; it is locked. It runs before the version check, which would tell of any marker. */
export const requireMarker = (journeyId: string, id: string): Guard => ({
  stage: 'rows',
  condition: lockMarkerRow(journeyId, id),
  error: markerNotFound,
});

/** The marker is of the type that the field belongs to, or does not exist. */
export const requireType = (
  journeyId: string,
  id: string,
  markerType: MarkerRow['markerType'],
  field: 'timestamp' | 'estimated_time',
): Guard => ({
  stage: 'state',
  condition: isOfType(journeyId, id, markerType),
  error: () => wrongTime({ errors: [{ path: field, message: `Only for markers of type ${markerType}.` }] }),
});
