import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { defineError } from '../errors.ts';
import { invalidToken } from '../features/access/access.errors.ts';
import { toCookieTokens, toTokenResponse } from '../features/auth/token.schemas.ts';
import type { Tokens } from '../features/auth/token.service.ts';
import { idleDays } from '../features/sessions/session.rules.ts';
import type { HttpEnv } from './router.ts';

const crossOriginRefused = defineError('forbidden', 'auth.cross_origin', 'This page may not act with your cookies.');

const daySeconds = 24 * 60 * 60;

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

function setTokenCookies(c: Context<HttpEnv>, tokens: Tokens): void {
  const set = (name: Name, value: string, maxAge: number) =>
    setCookie(c, names[name], value, { ...attributes, maxAge });
  set('access', tokens.accessToken, tokens.expiresInSeconds);
  set('refresh', tokens.refreshToken, idleDays * daySeconds);
  if (tokens.deviceToken) set('device', tokens.deviceToken, 400 * daySeconds);
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

/** The body that goes with the tokens, which are in it or in cookies. */
export function handOver(c: Context<HttpEnv>, tokens: Tokens, transport: 'bearer' | 'cookie') {
  if (transport === 'bearer') return toTokenResponse(tokens);
  setTokenCookies(c, tokens);
  return toCookieTokens(tokens);
}
