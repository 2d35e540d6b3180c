import { defineError } from '../../errors.ts';

export const otherStatement = defineError(
  'conflict',
  'consents.other_statement',
  'The statement has changed. Read it, and consent to its current version.',
);
export const consentChanged = defineError(
  'conflict',
  'consents.changed',
  'You gave or withdrew a consent while the request was answered. Send it again.',
);
