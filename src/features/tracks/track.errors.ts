import { defineError } from '../../errors.ts';

export const trackNotFound = defineError('not_found', 'tracks.not_found', 'This journey has no line with this id.');
export const tooManyLines = defineError(
  'conflict',
  'tracks.too_many',
  'A journey has at most 1,000 lines, a million points and 100,000 km. Use a second journey for the rest.',
);
