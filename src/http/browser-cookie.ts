import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { encodeBase64url } from '../lib/base64url.ts';
import type { HttpEnv } from './env.ts';

const name = 'kairos_oauth';
const ttlSeconds = 10 * 60;
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax', prefix: 'host' } as const;

const read = (c: Context<HttpEnv>): string | undefined => {
  const secret = getCookie(c, name, 'host');
  return secret && /^[\w-]{43}$/.test(secret) ? secret : undefined;
};

/** Recognises a browser when it comes back from a provider. Sign-ins in several tabs share one secret. */
export const browserSecret = {
  read,
  keep(c: Context<HttpEnv>): string {
    const secret = read(c) ?? encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
    setCookie(c, name, secret, { ...attributes, maxAge: ttlSeconds });
    return secret;
  },
};
