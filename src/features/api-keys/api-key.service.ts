import { type Actor, type CreateCtx, type Ctx, requireSession, scopesOf } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { makeApiKey, readApiKey } from '../../lib/api-key.ts';
import { equalBytes } from '../../lib/keys.ts';
import { lockRider, requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { apiKeyNotFound } from './api-key.errors.ts';
import { requireOwnKey, requireRoomForKey } from './api-key.guards.ts';
import {
  type ApiKeyChanges,
  deleteKey,
  findLiveKey,
  insertKey,
  listKeys,
  touchKey,
  updateKey,
} from './api-key.repository.ts';
import { type ApiKeyRow, apiKeys } from './api-key.table.ts';

const minuteMs = 60_000;

export type KeyActor = Extract<Actor, { type: 'api_key' }>;

/**
 * The actor of a key that is in force and whose rider is not disabled. A token of the wrong form does not reach the
 * database.
 */
export async function authenticateKey(ctx: Ctx, token: string): Promise<KeyActor | undefined> {
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

/** The token is known to the request that creates the key, and to nothing else. */
export type CreatedKey = { key: ApiKeyRow; token?: string };

/** Answers the token, which is not stored. */
export async function createKey(ctx: CreateCtx, input: NewKey): Promise<CreatedKey> {
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
    idempotency: ctx.remember?.([key.id]),
    // No stronger lock: two commits that both inserted a row that refers to the rider would wait for each other.
    guards: [requireRecentLogin(ctx), lockRider(userId, 'no key update'), requireRoomForKey(userId)],
    writes: {
      key: insertKey(ctx.db, key),
      audit: recordAudit(ctx, 'api_keys.create', { subjectId: key.id }),
    },
  });
  return { key, token };
}

export async function listMyKeys(ctx: Ctx): Promise<ApiKeyRow[]> {
  const { userId } = requireSession(ctx);
  return await listKeys(ctx.db, userId);
}

export async function getMyKey(ctx: Ctx, id: string): Promise<ApiKeyRow> {
  const key = (await listMyKeys(ctx)).find((one) => one.id === id);
  if (!key) throw apiKeyNotFound();
  return key;
}

export async function changeKey(
  ctx: Ctx,
  id: string,
  changes: ApiKeyChanges,
  expected?: ExpectedVersions,
): Promise<ApiKeyRow> {
  const {
    key: [key],
  } = await commit(ctx, {
    guards: [requireRecentLogin(ctx), requireOwnKey(ctx, id), ...requireVersion(apiKeys, id, expected)],
    writes: { key: updateKey(ctx.db, id, changes), audit: recordAudit(ctx, 'api_keys.update', { subjectId: id }) },
  });
  if (!key) throw apiKeyNotFound();
  return key;
}

/** Needs no recent login, so that a rider can delete a leaked key at once. */
export async function removeKey(ctx: Ctx, id: string, expected?: ExpectedVersions): Promise<void> {
  await commit(ctx, {
    guards: [requireOwnKey(ctx, id), ...requireVersion(apiKeys, id, expected)],
    writes: { key: deleteKey(ctx.db, id), audit: recordAudit(ctx, 'api_keys.delete', { subjectId: id }) },
  });
}
