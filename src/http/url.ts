import { createMiddleware } from 'hono/factory';
import type { HttpEnv } from './env.ts';
import { malformedUrl, urlTooLong } from './errors.ts';
import { decodeForm } from './text.ts';

const maxUrlLength = 8 * 1024;

/** Rejects an address that is too long, cannot be decoded, or contains a NUL. */
export const checkUrl = createMiddleware<HttpEnv>(async (c, next) => {
  const { url } = c.req;
  if (url.length > maxUrlLength) throw urlTooLong();
  if (url.includes('%')) {
    const { pathname, search } = new URL(url);
    const decoded = decodeForm(pathname + search);
    if (decoded === undefined || decoded.includes('\0')) throw malformedUrl();
  }
  await next();
});
