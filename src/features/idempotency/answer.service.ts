import { z } from 'zod';
import { type Ctx, riderOf } from '../../context.ts';
import { guardMessageOf, type Unsent } from '../../db/commit.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { hmacSha256 } from '../../lib/keys.ts';
import { keyReused } from './answer.errors.ts';
import { deleteOlder, findKey, insertKey } from './answer.repository.ts';

export const keptDays = 30;

/** A request that may be sent again: its rider's key for it, and what it is told apart by. */
type Request = { key: string; operation: string; method: string; path: string; bodyHash: () => Uint8Array };

type CarriedOut = { resourceIds: readonly string[]; status: number };

/** The row as `insertKey` raises it. */
const Raised = z.object({ isSame: z.boolean(), resourceIds: z.array(z.uuid()), status: z.int() });

/** Neither can be guessed from a dump. Under the secret that is never rotated, or a repeat would go unnoticed. */
const hashOf = (ctx: Ctx, text: string): Uint8Array => hmacSha256(ctx.config.keys.repeat, text);

const requestHashOf = (ctx: Ctx, { method, path, bodyHash }: Request): Uint8Array =>
  hashOf(ctx, `request:${method} ${path} ${encodeBase64url(bodyHash())}`);

function keyOf(ctx: Ctx, { key }: Request) {
  const userId = riderOf(ctx.actor);
  if (!userId) throw new Error('an idempotency key needs a rider');
  return { userId, keyHash: hashOf(ctx, `key:${userId}:${key}`) };
}

/** For the commit that carries the request out. A repeat waits there, and is refused: see `readRepeat`. */
export function rememberRequest(ctx: Ctx, request: Request, created: CarriedOut): Unsent {
  const { operation } = request;
  const row = {
    ...keyOf(ctx, request),
    ...created,
    operation,
    resourceIds: [...created.resourceIds],
    requestHash: requestHashOf(ctx, request),
    createdAt: ctx.now(),
  };
  return { statement: insertKey(ctx.db, row) };
}

/** What the request created before, where that is why its commit was refused. */
export function readRepeat(error: unknown): CarriedOut | undefined {
  const message = guardMessageOf(error);
  return message?.startsWith('{') ? sameRequest(Raised.parse(JSON.parse(message))) : undefined;
}

/** What the request created before, where it was carried out. */
export async function findRepeat(ctx: Ctx, request: Request): Promise<CarriedOut | undefined> {
  const row = await findKey(ctx.db, { ...keyOf(ctx, request), requestHash: requestHashOf(ctx, request) });
  return row && sameRequest(row);
}

function sameRequest({ isSame, ...created }: CarriedOut & { isSame: boolean }): CarriedOut {
  if (!isSame) throw keyReused();
  return created;
}

export async function forgetAnswers(ctx: Ctx): Promise<number> {
  return (await deleteOlder(ctx.db, new Date(ctx.now().getTime() - keptDays * 86_400_000))).rowCount;
}
