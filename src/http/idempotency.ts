import { type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type Creating, type Ctx, scopes } from '../context.ts';
import { AppError, defineError } from '../errors.ts';
import { startSha256 } from '../lib/keys.ts';
import { confirmCaller } from './authenticate.ts';
import type { Credential } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import { type Extra, none } from './extra.ts';
import type { Creation, Repeatable } from './repeats.ts';

const invalidKey = defineError(
  'bad_request',
  'idempotency.invalid_key',
  'Idempotency-Key wants 1 to 255 visible ASCII characters, in quotes or without.',
);

const answerUnavailable = defineError(
  'conflict',
  'idempotency.answer_unavailable',
  'This request was carried out before, and what it created no longer exists.',
);

const maxCharacters = 255;
const bare = /^[!#-~]+$/;
const quoted = /^"((?:[!#-[\]-~]|\\["\\])+)"$/;

/** A structured-field string, as the IETF's draft has it, or the bare text, as most clients send it. */
function keyFrom(header: string): string {
  const key = bare.test(header) ? header : quoted.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1');
  if (!key || key.length > maxCharacters) throw invalidKey();
  return key;
}

/** A request whose body is hashed as it is read; the hash is that of what was read until it is asked for. */
function hashed(request: Request): { request: Request; bodyHash: Repeatable['bodyHash'] } {
  const hash = startSha256();
  const passing = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, out) {
      hash.update(chunk);
      out.enqueue(chunk);
    },
  });
  return {
    request: request.body ? new Request(request, { body: request.body.pipeThrough(passing) }) : request,
    bodyHash: () => hash.clone().digest(),
  };
}

/** A request without the header is like any other. */
const readIdempotencyKey = (operation: string) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const header = c.req.header('Idempotency-Key');
    if (header !== undefined) {
      const key = keyFrom(header);
      const { pathname, search } = new URL(c.req.url);
      const { request, bodyHash } = hashed(c.req.raw);
      c.req.raw = request;
      c.set('repeatable', { key, operation, method: c.req.method, path: pathname + search, bodyHash });
    }
    await next();
  });

const header = z.string().optional().openapi({
  description: 'Made anew for each request, and sent again with it: the request is carried out once. Kept for 30 days.',
  example: '"6f1c9a7e-8f0b-4d52-9a55-0b8c1e2d3f4a"',
});

const replayed = {
  description: '`true` where the request had been carried out before: this is what it created, as it is now.',
  schema: { type: 'string' as const, enum: ['true'] },
};

type Shape = Pick<RouteConfig, 'operationId' | 'responses'> & { credential: Credential };

const created = 201;

/** All that a rider can create is created once. */
export function repeatsOf({ operationId = '', responses, credential }: Shape): Extra {
  if (credential.kinds.length === 0 || !responses[created]) return none;
  return {
    middleware: [readIdempotencyKey(operationId)],
    headers: { 'Idempotency-Key': header },
    answerHeaders: { 'Idempotency-Replayed': replayed },
    answers: {},
  };
}

type Once<Created, Presented> = {
  create: (ctx: Creating) => Promise<Created>;
  /** Reads what was created, as its creator may see it. Where it no longer exists, it throws its not-found. */
  again: (ctx: Ctx, resourceIds: readonly [string, ...string[]]) => Promise<Created>;
  present: (created: Created) => Presented;
};

/**
 * Creates, and presents what was created. Under an idempotency key the commit that creates remembers the request; a
 * repeat changes nothing, and is presented what the first one created, as it is now.
 */
export async function createOnce<Created, Presented extends Response>(
  c: Context<HttpEnv>,
  { create, again, present }: Once<Created, Presented>,
): Promise<Presented> {
  const { ctx, repeatable, services } = c.var;
  if (!repeatable) return present(await create(ctx));

  const { rememberRequest, findRepeat } = services.repeats;
  let isRemembered = false;
  try {
    const creating: Creating = {
      ...ctx,
      remember: (resourceIds) => {
        isRemembered = true;
        return rememberRequest(ctx, repeatable, { resourceIds, status: created });
      },
    };
    return present(await create(creating));
  } catch (error) {
    const isBeforeCommit = !isRemembered && error instanceof AppError && error.status !== 401;
    const before = await findRepeat(ctx, repeatable, { error, isBeforeCommit });
    if (!before) throw error;
    return await replay(c, before, async (ids) => present(await again(asCreator(ctx), ids)));
  }
}

/** Who has created something is shown it, whatever scope reading it takes elsewhere. */
const asCreator = ({ actor, ...ctx }: Ctx): Ctx => ({
  ...ctx,
  actor: 'scopes' in actor ? { ...actor, scopes } : actor,
});

async function replay<Presented extends Response>(
  c: Context<HttpEnv>,
  { resourceIds: [first, ...others], status }: Creation,
  present: (ids: readonly [string, ...string[]]) => Promise<Presented>,
): Promise<Presented> {
  if (first === undefined) throw answerUnavailable();
  const confirmed = confirmCaller(c);
  const answer = await present([first, ...others]).catch((error) => {
    throw error instanceof AppError && error.status === 404 ? answerUnavailable() : error;
  });
  await confirmed();
  return replayOf(answer, status);
}

/** The type stays: the route that has answered the first request presents this one as well. */
function replayOf<Presented extends Response>(answer: Presented, status: number): Presented {
  const headers = new Headers(answer.headers);
  headers.set('Idempotency-Replayed', 'true');
  return new Response(answer.body, { status, headers }) as Presented;
}
