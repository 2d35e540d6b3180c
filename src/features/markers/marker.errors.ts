import { defineError } from '../../errors.ts';

export const markerNotFound = defineError('not_found', 'markers.not_found', 'This journey has no marker with this id.');
export const tooManyMarkers = defineError(
  'conflict',
  'markers.too_many',
  'This journey has the maximum number of markers. Delete one first.',
);
export const wrongTime = defineError(
  'invalid',
  'markers.wrong_time',
  'The time does not fit the type. Use `timestamp` for a past marker and `estimated_time` for a planned one.',
);
