import { defineError } from '../../errors.ts';

export const feedNotFound = defineError('not_found', 'calendar.not_found', 'No such calendar feed.');
export const tooManyFeeds = defineError(
  'conflict',
  'calendar.too_many',
  'You have the maximum number of calendar feeds. Delete one first.',
);
