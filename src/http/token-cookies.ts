import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { invalidToken } from '../context.ts';
import type { HttpEnv } from './env.ts';
import { crossOriginRefused } from './errors.ts';

/** The cookies have the prefix `__Host-`: only this host can set them, and they are sent only to it and over https. */
const names = { access: 'kairos_access', refresh: 'kairos_refresh', device: 'kairos_device' } as const;
type Name = keyof typeof names;

/** RFC 6265bis section 5.6. Two cookies of one name are rejected, because another site may have set one of them. */
export function readTokenCookie(c: Context<HttpEnv>, name: Name): string | undefined {
  const key = `__Host-${names[name]}=`;
  const [first, ...others] = (c.req.header('Cookie') ?? '').split(';').flatMap((pair) => {
    const text = pair.replace(/^[ \t]+|[ \t]+$/g, '');
    return text.startsWith(key) ? [text.slice(key.length)] : [];
  });
  if (others.length > 0) throw invalidToken();
  return first || undefined;
}

/** Tells a page what its script cannot read. */
export const hasTokenCookie = (c: Context<HttpEnv>, name: Name): boolean => Boolean(getCookie(c, names[name], 'host'));

/** The problems of a route that reads the cookies although it needs no credential. */
export const tokenCookieProblems = [invalidToken, crossOriginRefused];

const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const;

/** The values of the cookies and their lifetimes. */
export type TokenCookies = Partial<Record<Name, { value: string; maxAgeSeconds: number }>>;

export function setTokenCookies(c: Context<HttpEnv>, cookies: TokenCookies): void {
  for (const name of ['access', 'refresh', 'device'] as const) {
    const cookie = cookies[name];
    if (cookie) setCookie(c, names[name], cookie.value, { ...attributes, maxAge: cookie.maxAgeSeconds });
  }
}

/** Removes the cookies and the cached responses from the browser (W3C Clear Site Data). */
export function clearTokenCookies(c: Context<HttpEnv>): void {
  for (const name of Object.values(names)) deleteCookie(c, name, attributes);
  c.header('Clear-Site-Data', '"cache", "cookies", "storage"');
}

/**
 * A browser sends cookies with requests from any page. Only our own pages and listed origins may use them. The browser
 * names the origin in Origin, or in Sec-Fetch-Site if it sends no Origin. Without either, the request is rejected.
 */
export function requireOwnPage(c: Context<HttpEnv>): void {
  const { apiUrl, corsOrigins } = c.var.ctx.config;
  const [origin, site] = [c.req.header('Origin'), c.req.header('Sec-Fetch-Site')];
  const isOurs =
    origin === undefined ? site === 'same-origin' : origin === new URL(apiUrl).origin || corsOrigins.includes(origin);
  if (!isOurs || site === 'cross-site') throw crossOriginRefused();
}

/** The tokens in the cookies of a browser. A caller that uses them must call `requireOwnPage`. */
export function presentedTokens(c: Context<HttpEnv>): { refresh_token?: string; device_token?: string } {
  if (c.req.header('Authorization')) return {};
  const [refresh, device] = [readTokenCookie(c, 'refresh'), readTokenCookie(c, 'device')];
  return { ...(refresh && { refresh_token: refresh }), ...(device && { device_token: device }) };
}
