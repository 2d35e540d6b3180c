import { defineError } from '../../errors.ts';

export const connectionNotFound = defineError(
  'not_found',
  'connections.not_found',
  'You have no connection with this id.',
);
export const tooManyRequestsToday = defineError(
  'too_many_requests',
  'connections.too_many_requests',
  'You have asked the maximum number of riders for one day. Try again later.',
);
export const connectionBusy = defineError(
  'conflict',
  'connections.busy',
  'Another request is changing this connection. Try again.',
);
export const notConnected = defineError(
  'conflict',
  'connections.not_accepted',
  'You are not connected with this rider. The request must be accepted first.',
);
export const noJourneyToShow = defineError(
  'conflict',
  'connections.journey_over',
  'The journey of this encounter is completed or deleted, so you cannot show it.',
);
