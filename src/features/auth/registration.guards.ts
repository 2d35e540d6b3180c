import type { Guard } from '../../db/commit.ts';
import { usernameTaken } from '../users/user.errors.ts';
import { invalidVerification } from './auth.errors.ts';
import { isUsernameFree, lockRegistrationRows } from './registration.repository.ts';

export const requireFreeUsername = (username: string): Guard => ({
  stage: 'state',
  condition: isUsernameFree(username),
  error: usernameTaken,
});

/** The token of a registration is valid. All registrations of its address are locked. */
export const requireRegistration = (tokenHash: Uint8Array, now: Date): Guard => ({
  stage: 'rows',
  condition: lockRegistrationRows(tokenHash, now),
  error: invalidVerification,
});
