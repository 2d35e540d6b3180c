import { defineError } from '../../errors.ts';

export const keyReused = defineError(
  'invalid',
  'idempotency.key_reused',
  'This Idempotency-Key belongs to another request. Make a new one.',
);
export const answerUnavailable = defineError(
  'conflict',
  'idempotency.answer_unavailable',
  'This request was carried out before, but its answer can no longer be opened.',
);
