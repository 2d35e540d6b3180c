import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { lockRider } from '../access/access.guards.ts';
import { invalidReset } from './auth.errors.ts';
import { hasPasswordHash, lockResetRow } from './password.repository.ts';

/**
 * The rider, who is locked, is not disabled and still has the password that was just checked. A reset may come in
 * between, because hashing takes long. `newHash` is a hash of the same password: the salt depends on the address alone,
 * so parallel logins that replace a bcrypt hash all make this one.
 */
export const requireSamePassword = (
  { id, passwordHash }: { id: string; passwordHash: string | null },
  newHash: string,
  error: () => AppError,
): Guard[] => [
  lockRider(id, 'update', error),
  { stage: 'state', condition: hasPasswordHash(id, [passwordHash ?? '', newHash]), error },
];

/** The token of a reset is valid. It is locked, so that only one of several parallel uses succeeds. */
export const requireReset = (tokenHash: Uint8Array, now: Date): Guard => ({
  stage: 'rows',
  condition: lockResetRow(tokenHash, now),
  error: invalidReset,
});
