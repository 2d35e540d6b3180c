import { type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Creating } from '../context.ts';
import { AppError, defineError } from '../errors.ts';
import type { Credential } from './credentials.ts';
import type { HttpEnv } from './env.ts';
import type { Extra } from './extra.ts';
import type { Answer, Repeatable } from './repeats.ts';

const invalidKey = defineError(
  'bad_request',
  'idempotency.invalid_key',
  'Idempotency-Key wants 1 to 255 visible ASCII characters, in quotes or without.',
);

const mostCharacters = 255;
const bare = /^[!#-~]+$/;
const quoted = /^"((?:[!#-[\]-~]|\\["\\])+)"$/;

/** A structured-field string, as the IETF's draft has it, or the bare text, as most clients send it. */
function keyFrom(header: string): string {
  const key = bare.test(header) ? header : quoted.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1');
  if (!key || key.length > mostCharacters) throw invalidKey();
  return key;
}

/** A request whose body is hashed as it is read; whoever asks for the hash gets that of what was read until then. */
function hashed(request: Request): { request: Request; bodyHash: Repeatable['bodyHash'] } {
  const digest = new crypto.DigestStream('SHA-256');
  const writer = digest.getWriter();
  const passing = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, out) {
      await writer.write(chunk);
      out.enqueue(chunk);
    },
  });
  const hash = async () => {
    await writer.close();
    return new Uint8Array(await digest.digest);
  };
  let result: Promise<Uint8Array> | undefined;
  return {
    request: request.body ? new Request(request, { body: request.body.pipeThrough(passing) }) : request,
    bodyHash: () => {
      result ??= hash();
      return result;
    },
  };
}

/** A request without the header is like any other. */
const readIdempotencyKey = createMiddleware<HttpEnv>(async (c, next) => {
  const header = c.req.header('Idempotency-Key');
  if (header !== undefined) {
    const key = keyFrom(header);
    const { pathname, search } = new URL(c.req.url);
    const { request, bodyHash } = hashed(c.req.raw);
    c.req.raw = request;
    c.set('repeatable', { key, method: c.req.method, path: pathname + search, bodyHash });
  }
  await next();
});

const header = z.string().optional().openapi({
  description: 'Made anew for each request, and sent again with it: the request is carried out once. Kept for 30 days.',
  example: '"6f1c9a7e-8f0b-4d52-9a55-0b8c1e2d3f4a"',
});

const replayed = {
  description: '`true` where the request had been carried out before: this is the answer it was given then.',
  schema: { type: 'string' as const, enum: ['true'] },
};

/** All that a rider can create is created once. */
type Creating201 = { credential: Credential; responses: RouteConfig['responses'] };
export const takesKey = ({ credential, responses }: Creating201): boolean =>
  credential.kinds.length > 0 && Boolean(responses[201]);

export const repeatable: Extra = {
  middleware: [readIdempotencyKey],
  headers: { 'Idempotency-Key': header },
  answerHeaders: { 'Idempotency-Replayed': replayed },
  answers: {},
};

const keptHeaders = ['Content-Type', 'Location', 'ETag'];

async function contentOf(response: Response): Promise<Answer> {
  const headers = keptHeaders.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() };
}

/** The kept answer is of the type that the same request was answered with before. */
const repeated = <Presented extends Response>({ status, headers, body }: Answer): Presented =>
  new Response(body, { status, headers: { ...headers, 'Idempotency-Replayed': 'true' } }) as Presented;

/** A refusal may be of the first request's own making: its quota used up, its code spent. Who is not let in is not told. */
const mayBeRepeated = (error: unknown): boolean => error instanceof AppError && error.status !== 401;

/**
 * Creates, and presents what was created. Under an idempotency key the answer goes into the commit that creates, so
 * that what is sent is what was kept, to the byte; a repeat changes nothing and is given it again.
 */
export async function createOnce<Created, Input extends readonly unknown[], Presented extends Response>(
  c: Context<HttpEnv>,
  create: (ctx: Creating<Created>, ...input: Input) => Promise<Created>,
  input: Input,
  present: (created: Created) => Presented,
): Promise<Presented> {
  const { ctx, repeatable, services } = c.var;
  const { keepAnswer, findAnswer, isRepeat } = services.repeats;
  if (!repeatable) return present(await create(ctx, ...input));

  const sent: { answer?: Presented } = {};
  const keep = async (created: Created) => {
    sent.answer = present(created);
    const copy: Response = sent.answer.clone();
    return await keepAnswer(ctx, repeatable, await contentOf(copy));
  };
  try {
    await create({ ...ctx, keep }, ...input);
  } catch (error) {
    const kept = isRepeat(error) || mayBeRepeated(error) ? await findAnswer(ctx, repeatable) : undefined;
    if (!kept) throw error;
    return repeated(kept);
  }
  if (!sent.answer) throw new Error('what was created was not kept');
  return sent.answer;
}
