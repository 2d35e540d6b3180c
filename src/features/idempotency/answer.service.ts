import { z } from 'zod';
import { type Ctx, riderOf } from '../../context.ts';
import { postgresError, query, type Unsent } from '../../db/commit.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { equalBytes, hmacSha256 } from '../../lib/keys.ts';
import { seal, unseal } from '../../lib/seal.ts';
import { answerUnavailable, keyReused } from './answer.errors.ts';
import { deleteOlder, insertAnswer, selectAnswer } from './answer.repository.ts';

export const keptDays = 30;

type Repeatable = { key: string; method: string; path: string; bodyHash: () => Promise<Uint8Array> };

const Answer = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });
type Answer = z.infer<typeof Answer>;

/** Neither can be guessed from a dump. Under the secret that is never rotated, or a repeat would go unnoticed. */
const hashOf = (ctx: Ctx, text: string): Uint8Array => hmacSha256(ctx.config.keys.repeat, text);

const requestHash = async (ctx: Ctx, { method, path, bodyHash }: Repeatable): Promise<Uint8Array> =>
  hashOf(ctx, `request:${method} ${path} ${encodeBase64url(await bodyHash())}`);

/** What opens an answer takes both our secret and the key that the client keeps: the first seals. */
const sealingKeys = (ctx: Ctx, name: string): Uint8Array[] =>
  ctx.config.keys.idempotency.map((secret) => hmacSha256(secret, name));

function nameOf(ctx: Ctx, { key }: Repeatable) {
  const userId = riderOf(ctx.actor);
  if (!userId) throw new Error('nobody to keep an answer for');
  const name = `${userId}:${key}`;
  return { userId, name, keyHash: hashOf(ctx, `key:${name}`) };
}

/** Unsent: keeps the answer. It goes first into the commit it answers for, so that a repeat in the same moment waits there. */
export async function answerKept(ctx: Ctx, request: Repeatable, answer: Answer): Promise<Unsent> {
  const { userId, name, keyHash } = nameOf(ctx, request);
  const [sealingKey] = sealingKeys(ctx, name);
  if (!sealingKey) throw new Error('no key for answers');
  const sealed = await seal(sealingKey, JSON.stringify(answer));
  const row = { userId, keyHash, requestHash: await requestHash(ctx, request), sealed, createdAt: ctx.now() };
  return { statement: insertAnswer(ctx.db, row) };
}

/** What the request was answered when it was carried out, for who still may make it. */
export async function findAnswer(ctx: Ctx, request: Repeatable): Promise<Answer | undefined> {
  const { userId, name, keyHash } = nameOf(ctx, request);
  const {
    rows: [row],
  } = await query(ctx, { guards: [], reads: { rows: selectAnswer(ctx.db, { userId, keyHash }) } });
  if (!row) return;
  if (!equalBytes(row.requestHash, await requestHash(ctx, request))) throw keyReused();
  const text = await unseal(sealingKeys(ctx, name), row.sealed);
  if (text === undefined) throw answerUnavailable();
  return Answer.parse(JSON.parse(text));
}

/** The commit failed because the request had been carried out. */
export const isRepeat = (error: unknown): boolean => postgresError(error)?.constraint === 'idempotency_keys_pkey';

export async function forgetAnswers(ctx: Ctx): Promise<number> {
  return (await deleteOlder(ctx.db, new Date(ctx.now().getTime() - keptDays * 86_400_000))).rowCount;
}
