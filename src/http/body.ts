import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { defineError } from '../errors.ts';
import type { HttpEnv } from './router.ts';

const bodyTooLarge = defineError('too_large', 'http.body_too_large', 'The body is too large.');
const malformedJson = defineError('bad_request', 'http.malformed_json', 'The body is not well-formed JSON.');
const malformedText = defineError('bad_request', 'http.malformed_text', 'The body is not valid UTF-8.');
const jsonTooDeep = defineError('bad_request', 'http.json_too_deep', 'The body is nested too deeply.');
const unstorableText = defineError('invalid', 'http.unstorable_text', 'A text holds a NUL or half a surrogate pair.');
const malformedUrl = defineError('bad_request', 'http.malformed_url', 'The address is malformed.');
const urlTooLong = defineError('bad_request', 'http.url_too_long', 'The address is too long.');

const maxJsonBytes = 256 * 1024;
const maxFormBytes = 16 * 1024;
export const maxFileBytes = 20 * 1024 * 1024;
const maxJsonDepth = 32;
const maxUrlLength = 8 * 1024;

/** Where a member of the JSON holds text that Postgres cannot store, as a dotted path. */
function findUnstorable(value: unknown, path: string[] = []): string[] | undefined {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? undefined : path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed() || key.includes('\0')) return path;
    const found = findUnstorable(member, [...path, key]);
    if (found) return found;
  }
  return;
}

/** Counts brackets outside strings, so that a bomb is refused before anything parses it. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return false;
}

/** Reads up to `limit` bytes, whatever Content-Length says. */
export async function* limitedBytes(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): AsyncGenerator<Uint8Array> {
  if (!body) return;
  let read = 0;
  for await (const chunk of body) {
    read += chunk.byteLength;
    if (read > limit) throw bodyTooLarge();
    yield chunk;
  }
}

/** Where mail programs send `multipart/form-data` (RFC 8058 section 3.2), which is not looked at. */
const takesParts = '/v1/mail/unsubscribe';

const isJson = (mediaType: string): boolean => /^application\/(?:[\w.-]+\+)?json$/.test(mediaType);

function limitFor(mediaType: string): number {
  if (isJson(mediaType)) return maxJsonBytes;
  return mediaType === 'application/x-www-form-urlencoded' ? maxFormBytes : maxFileBytes;
}

async function readText(request: Request, limit: number): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of limitedBytes(request.body, limit)) chunks.push(new Uint8Array(chunk));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await new Blob(chunks).arrayBuffer());
  } catch {
    throw malformedText();
  }
}

function checkJson(text: string): void {
  if (isDeeperThan(text, maxJsonDepth)) throw jsonTooDeep();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedJson();
  }
  const path = findUnstorable(value)?.join('.');
  if (path !== undefined)
    throw unstorableText({ errors: [{ path, message: 'Holds a NUL or half a surrogate pair.' }] });
}

/** What the text says once percent signs and plusses are decoded; `undefined` where they stand for no UTF-8. */
function decodeForm(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** A percent sign that begins nothing stands for itself (URL Standard, section 1.3). */
const escapeBarePercents = (text: string): string => text.replaceAll(/%(?![\da-f]{2})/gi, '%25');

function checkForm(text: string): void {
  const decoded = decodeForm(escapeBarePercents(text));
  if (decoded === undefined) throw malformedText();
  if (decoded.includes('\0')) throw unstorableText();
}

/** An address that no route may see: too long, not decodable, or with a NUL in it. */
export const checkUrl = createMiddleware<HttpEnv>(async (c, next) => {
  if (c.req.url.length > maxUrlLength) throw urlTooLong();
  const { pathname, search } = new URL(c.req.url);
  const decoded = decodeForm(pathname + search);
  if (decoded === undefined || decoded.includes('\0')) throw malformedUrl();
  await next();
});

/** What comes along with them has no meaning (RFC 9110 section 9.3.1), and no route reads it. */
const bodiless: readonly string[] = ['get', 'head'];

/** Whether a body that comes along is looked at, wherever it goes. */
export const mayCarryBody = (method: string): boolean => !bodiless.includes(method.toLowerCase());

/** Size, encoding, depth and text of a JSON or form body, before any route's schema sees it. */
export const checkBody = createMiddleware<HttpEnv>(async (c, next) => {
  if (!mayCarryBody(c.req.method)) return await next();
  const mediaType = (c.req.header('Content-Type') ?? '').split(';', 1).join('').trim().toLowerCase();
  // No route reads it, but a form's validator would, wherever a form is declared and however long it is.
  if (mediaType === 'multipart/form-data' && c.req.path !== takesParts) throw new HTTPException(415);
  const limit = limitFor(mediaType);
  if (Number(c.req.header('Content-Length') ?? 0) > limit) throw bodyTooLarge();
  if (c.req.raw.body && limit !== maxFileBytes) {
    const text = await readText(c.req.raw, limit);
    if (isJson(mediaType)) checkJson(text);
    else checkForm(text);
    c.req.raw = new Request(c.req.raw, { body: text });
  }
  await next();
});
