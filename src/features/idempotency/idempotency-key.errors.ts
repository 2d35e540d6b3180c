import { defineError } from '../../errors.ts';

export const keyReused = defineError(
  'invalid',
  'idempotency.key_reused',
  'This Idempotency-Key belongs to another request. Use a new one.',
);
