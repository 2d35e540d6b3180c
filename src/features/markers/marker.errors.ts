import { defineError } from '../../errors.ts';

export const markerNotFound = defineError('not_found', 'markers.not_found', 'No such marker.');
export const markerIdTaken = defineError('conflict', 'markers.id_taken', 'An id is in use. Make another.');
export const tooManyMarkers = defineError('conflict', 'markers.too_many', 'The journey cannot hold more markers.');
export const wrongTime = defineError(
  'invalid',
  'markers.wrong_time',
  'A past marker has a `timestamp`, a planned one an `estimated_time`.',
);
