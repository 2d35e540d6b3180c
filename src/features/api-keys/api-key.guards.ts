import { type Actor, type Ctx, invalidToken, requireSession } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { apiKeyNotFound, tooManyApiKeys } from './api-key.errors.ts';
import { hasRoom, isLiveKey, lockOwnKeyRow } from './api-key.repository.ts';

const maxKeys = 20;

/** The key is in force and its rider is not disabled. */
export const requireLiveKey = ({ keyId }: Extract<Actor, { type: 'api_key' }>, now: Date): Guard => ({
  stage: 'caller',
  condition: isLiveKey(keyId, now),
  error: invalidToken,
});

/** The key is the caller's; it is locked. */
export const requireOwnKey = (ctx: Ctx, id: string): Guard => ({
  stage: 'rows',
  condition: lockOwnKeyRow(id, requireSession(ctx).userId),
  error: apiKeyNotFound,
});

/** The rider, who is already locked, may have one more key. */
export const requireRoomForKey = (userId: string): Guard => ({
  stage: 'state',
  condition: hasRoom(userId, maxKeys),
  error: tooManyApiKeys,
});
