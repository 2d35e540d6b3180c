import { defineError } from '../../errors.ts';

export const reauthenticationRequired = defineError(
  'unauthenticated',
  'auth.reauthentication_required',
  'Show your password again first: POST /v1/auth/reauthenticate.',
);
export const userNotFound = defineError('not_found', 'users.not_found', 'No such rider.');
