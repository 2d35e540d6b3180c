import { createMiddleware } from 'hono/factory';
import { defineError } from '../errors.ts';
import type { HttpEnv } from './env.ts';
import { decodeForm } from './text.ts';

const malformedUrl = defineError('bad_request', 'http.malformed_url', 'The address is malformed.');
const urlTooLong = defineError('bad_request', 'http.url_too_long', 'The address is too long.');

const maxUrlLength = 8 * 1024;

/** An address that no route may see: too long, not decodable, or with a NUL in it. */
export const checkUrl = createMiddleware<HttpEnv>(async (c, next) => {
  if (c.req.url.length > maxUrlLength) throw urlTooLong();
  const { pathname, search } = new URL(c.req.url);
  const decoded = decodeForm(pathname + search);
  if (decoded === undefined || decoded.includes('\0')) throw malformedUrl();
  await next();
});
