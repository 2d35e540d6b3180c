import { type Actor, type Creating, type Ctx, requireSession, scopesOf } from '../../context.ts';
import { commit, type Guard } from '../../db/commit.ts';
import { atVersion, type Expected } from '../../db/version.ts';
import { makeApiKey, readApiKey } from '../../lib/api-key.ts';
import { equalBytes } from '../../lib/keys.ts';
import { auditEntry } from '../audit/audit.service.ts';
import { loggedInRecently } from '../sessions/my-sessions.service.ts';
import { invalidToken } from '../sessions/session.errors.ts';
import { apiKeyNotFound, tooManyApiKeys } from './api-key.errors.ts';
import {
  type ApiKeyChanges,
  deleteKey,
  findLiveKey,
  hasRoom,
  insertKey,
  isOwnKey,
  listKeys,
  liveKeyCondition,
  lockRider,
  touchKey,
  updateKey,
} from './api-key.repository.ts';
import { type ApiKeyRow, apiKeys } from './api-key.table.ts';

const mostKeys = 20;
const minuteMs = 60_000;

export type KeyActor = Extract<Actor, { type: 'api_key' }>;

/** Who comes with this key, while it is active, in force, and its rider not disabled. A typo asks no database. */
export async function actorOfKey(ctx: Ctx, token: string): Promise<KeyActor | undefined> {
  const given = readApiKey(token);
  const found = given && (await findLiveKey(ctx.db, given.prefix, ctx.now()));
  if (!found || !equalBytes(found.key.secretHash, given.secretHash)) return;
  const { key, role } = found;
  const now = ctx.now();
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() >= minuteMs) {
    ctx.defer(async ({ db }) => {
      await touchKey(db, key.id, now);
    });
  }
  const granted = scopesOf[role].filter((scope) => key.scopes.includes(scope));
  return { type: 'api_key', userId: key.userId, keyId: key.id, scopes: granted };
}

/** Holds while the key does. */
export const keyLive = (actor: KeyActor, now: Date): Guard => ({
  condition: liveKeyCondition(actor.keyId, now),
  error: invalidToken,
});

export type NewKey = { name: string; scopes: string[]; expiresAt: Date | null };

export type CreatedKey = { key: ApiKeyRow; token: string };

/** The token is in the answer and nowhere else. */
export async function createKey(ctx: Creating<CreatedKey>, input: NewKey): Promise<CreatedKey> {
  const { userId } = requireSession(ctx);
  const { token, prefix, secretHash } = makeApiKey();
  const key: ApiKeyRow = {
    ...input,
    id: ctx.newId(),
    userId,
    prefix,
    secretHash,
    isActive: true,
    lastUsedAt: null,
    version: 1,
    createdAt: ctx.now(),
  };
  await commit(ctx, {
    kept: await ctx.keep?.({ key, token }),
    guards: [
      loggedInRecently(ctx),
      { condition: lockRider(userId), error: invalidToken },
      { condition: hasRoom(userId, mostKeys), error: tooManyApiKeys },
    ],
    statements: [insertKey(ctx.db, key), auditEntry(ctx, 'api_keys.create', { subjectId: key.id })],
  });
  return { key, token };
}

export async function listMyKeys(ctx: Ctx): Promise<ApiKeyRow[]> {
  const { userId } = requireSession(ctx);
  return await listKeys(ctx.db, userId);
}

const owned = (ctx: Ctx, id: string): Guard => ({
  condition: isOwnKey(id, requireSession(ctx).userId),
  error: apiKeyNotFound,
});

export async function changeKey(ctx: Ctx, id: string, changes: ApiKeyChanges, expected?: Expected): Promise<ApiKeyRow> {
  const [[key]] = await commit(ctx, {
    guards: [owned(ctx, id), ...atVersion(apiKeys, id, expected), loggedInRecently(ctx)],
    statements: [updateKey(ctx.db, id, changes), auditEntry(ctx, 'api_keys.update', { subjectId: id })],
  });
  if (!key) throw apiKeyNotFound();
  return key;
}

/** Ending one needs no password: whoever sees a key misused must be quick. */
export async function removeKey(ctx: Ctx, id: string, expected?: Expected): Promise<void> {
  await commit(ctx, {
    guards: [owned(ctx, id), ...atVersion(apiKeys, id, expected)],
    statements: [deleteKey(ctx.db, id), auditEntry(ctx, 'api_keys.delete', { subjectId: id })],
  });
}
