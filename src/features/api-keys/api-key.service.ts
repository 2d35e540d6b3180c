import { type Actor, type Creating, type Ctx, requireSession, scopesOf } from '../../context.ts';
import { commit, type Guard } from '../../db/commit-in-order.ts';
import { type Expected, requireVersion } from '../../db/version.ts';
import { makeApiKey, readApiKey } from '../../lib/api-key.ts';
import { equalBytes } from '../../lib/keys.ts';
import { invalidToken } from '../access/access.errors.ts';
import { requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { apiKeyNotFound, tooManyApiKeys } from './api-key.errors.ts';
import {
  type ApiKeyChanges,
  deleteKey,
  findLiveKey,
  hasRoom,
  insertKey,
  isOwnKey,
  listKeys,
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
      requireRecentLogin(ctx),
      { condition: lockRider(userId), error: invalidToken },
      { condition: hasRoom(userId, mostKeys), error: tooManyApiKeys },
    ],
    statements: [insertKey(ctx.db, key), recordAudit(ctx, 'api_keys.create', { subjectId: key.id })],
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
    guards: [owned(ctx, id), ...requireVersion(apiKeys, id, expected), requireRecentLogin(ctx)],
    statements: [updateKey(ctx.db, id, changes), recordAudit(ctx, 'api_keys.update', { subjectId: id })],
  });
  if (!key) throw apiKeyNotFound();
  return key;
}

/** Ending one needs no password: whoever sees a key misused must be quick. */
export async function removeKey(ctx: Ctx, id: string, expected?: Expected): Promise<void> {
  await commit(ctx, {
    guards: [owned(ctx, id), ...requireVersion(apiKeys, id, expected)],
    statements: [deleteKey(ctx.db, id), recordAudit(ctx, 'api_keys.delete', { subjectId: id })],
  });
}
