import type { RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type CreateCtx, type Ctx, scopes } from '../context.ts';
import { AppError } from '../errors.ts';
import { startSha256 } from '../lib/keys.ts';
import { confirmCaller } from './authenticate.ts';
import type { Credential } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import { answerUnavailable, idempotencyKeyReused, invalidIdempotencyKey } from './errors.ts';
import type { Creation, RepeatableRequest } from './repeats.ts';
import { headerParameter, noExtras, type RouteExtras } from './route-extras.ts';

const maxCharacters = 255;
const bare = /^[!#-~]+$/;
const quoted = /^"((?:[!#-[\]-~]|\\["\\])+)"$/;

/** A structured-field string as in the IETF draft, or the bare text that most clients send. */
function keyFrom(header: string): string {
  const key = bare.test(header) ? header : quoted.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1');
  if (!key || key.length > maxCharacters) throw invalidIdempotencyKey();
  return key;
}

/** Hashes the body while it is read. `bodyHash` covers what was read before its call. */
function hashBody(request: Request): { request: Request; bodyHash: RepeatableRequest['bodyHash'] } {
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

/** A request without the header cannot be replayed. */
const readIdempotencyKey = (operation: string) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const header = c.req.header('Idempotency-Key');
    if (header !== undefined) {
      const key = keyFrom(header);
      const { pathname, search } = new URL(c.req.url);
      const { request, bodyHash } = hashBody(c.req.raw);
      c.req.raw = request;
      c.set('repeatable', { key, operation, method: c.req.method, path: pathname + search, bodyHash });
    }
    await next();
  });

const header = headerParameter('Idempotency-Key', {
  description:
    'A new key for each request. Send the same key with a retry, and the request is carried out only once. A key is kept for 30 days.',
  example: '"6f1c9a7e-8f0b-4d52-9a55-0b8c1e2d3f4a"',
});

type Shape = Pick<RouteConfig, 'operationId' | 'responses'> & { credential: Credential };

const created = 201;

/** Every creating route that needs a credential takes an `Idempotency-Key`. */
export function repeatsOf({ operationId = '', responses, credential }: Shape): RouteExtras {
  if (credential.kinds.length === 0 || !responses[created]) return noExtras;
  return {
    middleware: [readIdempotencyKey(operationId)],
    parameters: [header],
    responseHeaders: ['Idempotency-Replayed'],
    responses: {},
    problems: [invalidIdempotencyKey, idempotencyKeyReused, answerUnavailable],
  };
}

type CreateOnce<Created, Presented> = {
  create: (ctx: CreateCtx) => Promise<Created>;
  /** Reads the created resources as their creator may see them. Throws a 404 if one no longer exists. */
  readAgain: (ctx: Ctx, resourceIds: readonly [string, ...string[]]) => Promise<Created>;
  present: (created: Created) => Presented;
};

/**
 * Creates a resource and presents it. With an idempotency key, the creating commit also records the request. A replay
 * changes nothing and presents the resource as it is now.
 */
export async function createOnce<Created, Presented extends Response>(
  c: Context<HttpEnv>,
  { create, readAgain, present }: CreateOnce<Created, Presented>,
): Promise<Presented> {
  const { ctx, repeatable, services } = c.var;
  if (!repeatable) return present(await create(ctx));

  const { rememberRequest, findRepeat } = services.repeats;
  let isRemembered = false;
  try {
    const creating: CreateCtx = {
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
    if (!before.isSame) throw idempotencyKeyReused();
    return await replay(c, before, async (ids) => present(await readAgain(asCreator(ctx), ids)));
  }
}

/** A replay shows the resource to its creator, even if the credential has no scope to read it. */
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
  const confirm = confirmCaller(c);
  const answer = await present([first, ...others]).catch((error) => {
    throw error instanceof AppError && error.status === 404 ? answerUnavailable() : error;
  });
  await confirm();
  return replayOf(answer, status);
}

/** Keeps the type, because the same route presents the first response and the replay. */
function replayOf<Presented extends Response>(answer: Presented, status: number): Presented {
  const headers = new Headers(answer.headers);
  headers.set('Idempotency-Replayed', 'true');
  return new Response(answer.body, { status, headers }) as Presented;
}
