import { defineError } from '../../errors.ts';

export const mailEventsDisabled = defineError(
  'not_found',
  'mail.events_off',
  'This server does not receive mail events.',
);
export const invalidSignature = defineError(
  'unauthenticated',
  'mail.invalid_signature',
  'The signature is wrong or too old. Sign the event and send it again.',
);
