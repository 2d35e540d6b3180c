import { defineError } from '../../errors.ts';

export const connectionNotFound = defineError('not_found', 'connections.not_found', 'No such connection.');
export const tooManyRequestsToday = defineError(
  'too_many_requests',
  'connections.too_many_requests',
  'You have asked enough riders for today.',
);
export const connectionBusy = defineError('conflict', 'connections.busy', 'It is being changed just now.');
export const notConnected = defineError('conflict', 'connections.not_accepted', 'The two of you are not connected.');
export const noJourneyToShow = defineError(
  'conflict',
  'connections.journey_over',
  'The journey that you met on is over.',
);
