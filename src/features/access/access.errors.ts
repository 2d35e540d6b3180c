import { defineError } from '../../errors.ts';

export const reauthenticationRequired = defineError(
  'unauthenticated',
  'auth.reauthentication_required',
  'This call needs your password again. Confirm it first: POST /v1/auth/reauthenticate.',
);
export const userNotFound = defineError('not_found', 'users.not_found', 'No rider with this id is visible to you.');
