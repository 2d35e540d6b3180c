import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { defineError, type ErrorFactory } from '../errors.ts';
import type { HttpEnv } from './env.ts';
import { checkForm, checkJson, malformedText } from './text.ts';

const bodyTooLarge = defineError('too_large', 'http.body_too_large', 'The body is too large.');

const maxJsonBytes = 256 * 1024;
const maxFormBytes = 16 * 1024;
/** Of a body that no route reads, by the length that it claims. */
const maxUnreadBytes = 20 * 1024 * 1024;

type Content = Readonly<Record<string, { schema: z.ZodType }>>;

/** A body that a route takes: which content types it may have, how long it may be, and how it is read. */
export type Body<C extends Content = Content> = {
  /** As it stands in the document. */
  content: C;
  takes: (mediaType: string) => boolean;
  maxBytes: number;
  isOptional: boolean;
  /** Refuses text that must not reach the schema. A file has none: its route reads the bytes. */
  checkText?: (text: string) => void;
  /** The error for another content type and for a compressed body, where there is one of the route's own. */
  unsupported?: ErrorFactory;
};

const isJson = (mediaType: string): boolean => /^application\/(?:[\w.-]+\+)?json$/.test(mediaType);

export const jsonBody = <S extends z.ZodType>(
  schema: S,
  { isOptional = false } = {},
): Body<{ 'application/json': { schema: S } }> => ({
  content: { 'application/json': { schema } },
  takes: isJson,
  maxBytes: maxJsonBytes,
  isOptional,
  checkText: checkJson,
});

const formType = 'application/x-www-form-urlencoded';

export const formBody = <S extends z.ZodType>(schema: S): Body<{ [formType]: { schema: S } }> => ({
  content: { [formType]: { schema } },
  takes: (mediaType) => mediaType === formType,
  maxBytes: maxFormBytes,
  isOptional: false,
  checkText: checkForm,
});

type File = { description: string; mediaTypes: readonly string[]; maxBytes: number; unsupported: ErrorFactory };

/** A file, which the route reads with `fileBytes`. */
export const fileBody = ({ description, mediaTypes, ...file }: File): Body => {
  const schema = z.string().openapi({ format: 'binary', description });
  return {
    ...file,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }])),
    takes: (mediaType) => mediaTypes.includes(mediaType),
    isOptional: false,
  };
};

/** Reads up to `limit` bytes, whatever Content-Length says. */
async function* limitedBytes(body: ReadableStream<Uint8Array> | null, limit: number): AsyncGenerator<Uint8Array> {
  if (!body) return;
  let read = 0;
  for await (const chunk of body) {
    read += chunk.byteLength;
    if (read > limit) throw bodyTooLarge();
    yield chunk;
  }
}

export const fileBytes = (c: Context<HttpEnv>, { maxBytes }: Body): AsyncIterable<Uint8Array> =>
  limitedBytes(c.req.raw.body, maxBytes);

async function readText(request: Request, limit: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of limitedBytes(request.body, limit)) chunks.push(new Uint8Array(chunk));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await new Blob(chunks).arrayBuffer());
  } catch {
    throw malformedText();
  }
}

/** What comes along with them has no meaning (RFC 9110 section 9.3.1), and no route reads it. */
const bodiless: readonly string[] = ['get', 'head'];

/** Whether a body that comes along is looked at, wherever it goes. */
export const mayCarryBody = (method: string): boolean => !bodiless.includes(method.toLowerCase());

const mediaTypeOf = (c: Context<HttpEnv>): string =>
  (c.req.header('Content-Type') ?? '').split(';', 1).join('').trim().toLowerCase();

/** Text of these types is checked wherever it goes. */
const texts: readonly Body[] = [jsonBody(z.unknown()), formBody(z.unknown())];

/**
 * Size, encoding, depth and text of a body, before any schema sees it. A form in parts is refused, since a form's
 * validator would read it however long it is, unless the route ignores its body.
 */
export const checkBody = (bodies: readonly Body[], { isIgnored = false } = {}) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    if (!mayCarryBody(c.req.method)) return await next();
    const mediaType = mediaTypeOf(c);
    if (mediaType === 'multipart/form-data' && !isIgnored) throw new HTTPException(415);
    const body = [...bodies, ...texts].find(({ takes }) => takes(mediaType));
    const maxBytes = body?.maxBytes ?? maxUnreadBytes;
    if (Number(c.req.header('Content-Length') ?? 0) > maxBytes) throw bodyTooLarge();
    if (c.req.raw.body && body?.checkText) {
      const text = await readText(c.req.raw, maxBytes);
      body.checkText(text);
      c.req.raw = new Request(c.req.raw, { body: text });
    }
    await next();
  });

/** A content type that the route does not declare is 415, and so is none where a body is required. */
export const requireBody = (bodies: readonly Body[]) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    if (!c.req.header('Content-Type')) {
      if (bodies.some(({ isOptional }) => !isOptional)) throw new HTTPException(415);
      return await next();
    }
    const mediaType = mediaTypeOf(c);
    const [first] = bodies;
    const body = bodies.find(({ takes }) => takes(mediaType));
    if (first && !body) throw first.unsupported?.() ?? new HTTPException(415);
    if (body?.unsupported && c.req.header('Content-Encoding')) throw body.unsupported();
    await next();
  });
