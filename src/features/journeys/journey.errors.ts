import { defineError } from '../../errors.ts';

export const journeyNotFound = defineError(
  'not_found',
  'journeys.not_found',
  'No journey with this id is visible to you.',
);
export const journeyIdTaken = defineError(
  'conflict',
  'journeys.id_taken',
  'This id is already in use. Choose another id.',
);
