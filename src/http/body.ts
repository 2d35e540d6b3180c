import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { ErrorFactory } from '../errors.ts';
import { declaredBytes, discardRest } from './discard.ts';
import type { HttpEnv } from './env.ts';
import { bodyTooLarge, malformedText, unsupportedMediaType } from './errors.ts';
import { readFormFile } from './multipart.ts';
import { checkForm, checkJson } from './text.ts';

const maxJsonBytes = 256 * 1024;
const maxFormBytes = 16 * 1024;
/** The maximum Content-Length of a body that no route reads. */
const maxUnreadBytes = 20 * 1024 * 1024;

type FileSchema = { type: 'string'; format: 'binary'; description: string };
type Reference = { $ref: string };

type Content = Readonly<Record<string, { schema: z.ZodType | FileSchema | Reference }>>;

/** A body that a route accepts. */
export type Body<C extends Content = Content> = {
  /** The schemas for the document, by content type. */
  content: C;
  accepts: (mediaType: string) => boolean;
  maxBytes: number;
  isOptional: boolean;
  /** Throws if the text must not reach the schema. Absent for a file, because its route reads the bytes. */
  checkText?: (text: string) => void;
  /** The route's own error for a wrong content type and for a compressed body. */
  unsupported?: ErrorFactory;
};

const isJson = (mediaType: string): boolean => /^application\/(?:[\w.-]+\+)?json$/.test(mediaType);

export const jsonBody = <S extends z.ZodType>(
  schema: S,
  { isOptional = false } = {},
): Body<{ 'application/json': { schema: S } }> => ({
  content: { 'application/json': { schema } },
  accepts: isJson,
  maxBytes: maxJsonBytes,
  isOptional,
  checkText: checkJson,
});

const formType = 'application/x-www-form-urlencoded';

export const formBody = <S extends z.ZodType>(schema: S): Body<{ [formType]: { schema: S } }> => ({
  content: { [formType]: { schema } },
  accepts: (mediaType) => mediaType === formType,
  maxBytes: maxFormBytes,
  isOptional: false,
  checkText: checkForm,
});

type FileBody = { description: string; mediaTypes: readonly string[]; maxBytes: number; unsupported: ErrorFactory };

const multipartType = 'multipart/form-data';

/** The schema FileForm of the document. */
export const fileForm = {
  type: 'object' as const,
  description: 'A form with a file. Other fields are not read.',
  required: ['file'],
  properties: {
    file: { type: 'string' as const, format: 'binary', description: 'The file.', example: '<gpx>...</gpx>' },
  },
};

/**
 * A file, as it is or in the field `file` of a multipart form. Browsers and phones often send none of its media types, so
 * the content has to tell. The route reads it with `fileBytes`. Its schemas are not zod's, with which Hono would read
 * the whole body.
 */
export const fileBody = ({ description, mediaTypes, ...file }: FileBody): Body => {
  const schema: FileSchema = { type: 'string', format: 'binary', description };
  const plainTypes = [...mediaTypes, 'application/octet-stream'];
  const plain = Object.fromEntries(plainTypes.map((mediaType) => [mediaType, { schema }]));
  return {
    ...file,
    content: { ...plain, [multipartType]: { schema: { $ref: '#/components/schemas/FileForm' } } },
    accepts: (mediaType) => ['', multipartType, ...plainTypes].includes(mediaType),
    isOptional: false,
  };
};

/** Reads up to `limit` bytes, regardless of Content-Length. */
async function* limitedBytes(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = request.body.getReader();
  let read = 0;
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      read += chunk.value.byteLength;
      if (read > limit) throw bodyTooLarge();
      yield chunk.value;
    }
  } finally {
    await discardRest(reader, declaredBytes(request) - read);
  }
}

/** The bytes of a file as they come. */
export function fileBytes(c: Context<HttpEnv>, { maxBytes }: Body): AsyncIterable<Uint8Array> {
  const bytes = limitedBytes(c.req.raw, maxBytes);
  return mediaTypeOf(c) === multipartType ? readFormFile(bytes, c.req.header('Content-Type') ?? '') : bytes;
}

async function readText(request: Request, limit: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of limitedBytes(request, limit)) chunks.push(new Uint8Array(chunk));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await new Blob(chunks).arrayBuffer());
  } catch {
    throw malformedText();
  }
}

/** A body with these methods has no meaning (RFC 9110 section 9.3.1), and no route reads it. */
const methodsWithoutBody: readonly string[] = ['get', 'head'];

/** Whether a body is checked. */
export const mayCarryBody = (method: string): boolean => !methodsWithoutBody.includes(method.toLowerCase());

const mediaTypeOf = (c: Context<HttpEnv>): string =>
  (c.req.header('Content-Type') ?? '').split(';', 1).join('').trim().toLowerCase();

/** Text of these types is checked on every route. */
const textBodies: readonly Body[] = [jsonBody(z.unknown()), formBody(z.unknown())];

/**
 * Checks size, encoding, depth and text of a body before any schema sees it. A multipart form is rejected, because
 * Hono's form validator would read it at any length, unless the route takes a file or ignores its body.
 */
export const checkBody = (bodies: readonly Body[], { isIgnored = false } = {}) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    if (!mayCarryBody(c.req.method)) return await next();
    const mediaType = mediaTypeOf(c);
    const body = [...bodies, ...textBodies].find(({ accepts }) => accepts(mediaType));
    if (mediaType === multipartType && !body && !isIgnored) throw unsupportedMediaType();
    const maxBytes = body?.maxBytes ?? maxUnreadBytes;
    if (Number(c.req.header('Content-Length') ?? 0) > maxBytes) throw bodyTooLarge();
    if (c.req.raw.body && body?.checkText) {
      const text = await readText(c.req.raw, maxBytes);
      body.checkText(text);
      c.req.raw = new Request(c.req.raw, { body: text });
    }
    await next();
  });

/** An undeclared content type is 415. So is a missing one if the route requires a body, unless it is that of a file. */
export const requireBody = (bodies: readonly Body[]) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const isUntypedFile = c.req.raw.body !== null && bodies.some(({ accepts }) => accepts(''));
    if (!c.req.header('Content-Type') && !isUntypedFile) {
      if (bodies.some(({ isOptional }) => !isOptional)) throw unsupportedMediaType();
      return await next();
    }
    const mediaType = mediaTypeOf(c);
    const [first] = bodies;
    const body = bodies.find(({ accepts }) => accepts(mediaType));
    if (first && !body) throw first.unsupported?.() ?? unsupportedMediaType();
    if (body?.unsupported && c.req.header('Content-Encoding')) throw body.unsupported();
    await next();
  });
