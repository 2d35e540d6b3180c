import type { Actor } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { invalidToken } from '../access/access.errors.ts';
import { isLiveKey } from './api-key.repository.ts';

/** The key is in force and its rider is not disabled. */
export const requireLiveKey = ({ keyId }: Extract<Actor, { type: 'api_key' }>, now: Date): Guard => ({
  stage: 'caller',
  condition: isLiveKey(keyId, now),
  error: invalidToken,
});
