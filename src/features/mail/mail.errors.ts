import { defineError } from '../../errors.ts';

export const eventsOff = defineError('not_found', 'mail.events_off', 'Mail events are not received here.');
export const invalidSignature = defineError(
  'unauthenticated',
  'mail.invalid_signature',
  'The signature does not fit, or is too old.',
);
