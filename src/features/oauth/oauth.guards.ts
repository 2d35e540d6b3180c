import type { Guard } from '../../db/commit.ts';
import { lockRider } from '../access/access.guards.ts';
import { hasOtherLogin, isOwnIdentity } from './identity.repository.ts';
import { identityNotFound, invalidCode, lastMethod } from './oauth.errors.ts';
import { isEnabled, lockUnusedCodeRow } from './oauth.repository.ts';

/** The code was not used yet; it is locked. */
export const requireUnusedCode = (codeHash: Uint8Array): Guard => ({
  stage: 'rows',
  condition: lockUnusedCodeRow(codeHash),
  error: invalidCode,
});

/** The rider, who is locked, is not disabled. */
export const requireEnabledRider = (userId: string): Guard[] => [
  lockRider(userId, 'update', invalidCode),
  { stage: 'state', condition: isEnabled(userId), error: invalidCode },
];

export const requireOwnIdentity = (id: string, userId: string): Guard => ({
  stage: 'rows',
  condition: isOwnIdentity(id, userId),
  error: identityNotFound,
});

/** The rider, who is already locked, can log in without this identity. */
export const requireOtherLogin = (id: string, userId: string): Guard => ({
  stage: 'state',
  condition: hasOtherLogin(id, userId),
  error: lastMethod,
});
