import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { invalidToken } from '../context.ts';
import { defineError } from '../errors.ts';
import type { HttpEnv } from './env.ts';

const crossOriginRefused = defineError('forbidden', 'auth.cross_origin', 'This page may not act with your cookies.');

/** With the prefix `__Host-` in front: sent to this host alone, over https alone, and set by nobody else. */
const names = { access: 'kairos_access', refresh: 'kairos_refresh', device: 'kairos_device' } as const;
type Name = keyof typeof names;

/** RFC 6265bis section 5.6; two cookies of one name are nobody's, since a neighbour may have put one there. */
export function readTokenCookie(c: Context<HttpEnv>, name: Name): string | undefined {
  const key = `__Host-${names[name]}=`;
  const [first, ...others] = (c.req.header('Cookie') ?? '').split(';').flatMap((pair) => {
    const text = pair.replace(/^[ \t]+|[ \t]+$/g, '');
    return text.startsWith(key) ? [text.slice(key.length)] : [];
  });
  if (others.length > 0) throw invalidToken();
  return first || undefined;
}

const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const;

/** What goes into the cookies, and for how long. */
export type TokenCookies = Partial<Record<Name, { value: string; maxAgeSeconds: number }>>;

export function setTokenCookies(c: Context<HttpEnv>, cookies: TokenCookies): void {
  for (const name of ['access', 'refresh', 'device'] as const) {
    const cookie = cookies[name];
    if (cookie) setCookie(c, names[name], cookie.value, { ...attributes, maxAge: cookie.maxAgeSeconds });
  }
}

/** All of them go from the browser, and what it has kept of our answers (W3C Clear Site Data). */
export function clearTokenCookies(c: Context<HttpEnv>): void {
  for (const name of Object.values(names)) deleteCookie(c, name, attributes);
  c.header('Clear-Site-Data', '"cache", "cookies", "storage"');
}

/**
 * Cookies come along wherever a request was made, so who made it must be known: our own pages or a listed origin, as
 * the browser tells in Origin, or in Sec-Fetch-Site where it sends no Origin. Neither: refused.
 */
export function requireOwnPage(c: Context<HttpEnv>): void {
  const { apiUrl, corsOrigins } = c.var.ctx.config;
  const [origin, site] = [c.req.header('Origin'), c.req.header('Sec-Fetch-Site')];
  const isOurs =
    origin === undefined ? site === 'same-origin' : origin === new URL(apiUrl).origin || corsOrigins.includes(origin);
  if (!isOurs || site === 'cross-site') throw crossOriginRefused();
}

/** What a browser brings in place of what an app sends itself; whoever takes it calls `requireOwnPage`. */
export function presentedTokens(c: Context<HttpEnv>): { refresh_token?: string; device_token?: string } {
  if (c.req.header('Authorization')) return {};
  const [refresh, device] = [readTokenCookie(c, 'refresh'), readTokenCookie(c, 'device')];
  return { ...(refresh && { refresh_token: refresh }), ...(device && { device_token: device }) };
}
