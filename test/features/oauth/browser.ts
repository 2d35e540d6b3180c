import { createHash, randomBytes } from 'node:crypto';
import { env } from '#kairos';
import type { StubProfile } from '../../../local/oauth/stub.ts';
import { type Answer, call } from '../../support/app.ts';

export const returnTo = 'https://app.kairos.test/signed-in';
export type ProviderId = 'google' | 'github';

let subjects = 0;
/** A provider account that Kairos does not know yet. */
export function newProfile(fields: Partial<StubProfile> = {}): StubProfile {
  subjects += 1;
  const subject = String(Date.now() * 1_000 + subjects);
  return { subject, name: 'Nils Newcomer', email: `${crypto.randomUUID()}@example.com`, verified: true, ...fields };
}

export function newVerifier(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export const authorizePath = (provider: string, parameters: Record<string, string>): string =>
  `/v1/auth/oauth/${provider}/authorize?${new URLSearchParams({ return_to: returnTo, code_challenge_method: 'S256', ...parameters })}`;

export const cookieFrom = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1))
    .join('; ');

/** Starts a sign-in from our own address and keeps the cookie that the browser was given. */
export async function setOut(provider: ProviderId = 'google') {
  const { verifier, challenge } = newVerifier();
  const answer = await call('GET', authorizePath(provider, { code_challenge: challenge }));
  if (answer.status !== 302) throw new Error(answer.text);
  return { verifier, challenge, cookie: cookieFrom(answer), url: answer.headers.get('Location') ?? '' };
}

/** Consents at the provider stub; answers the path to which the provider sends the browser. `undefined` cancels. */
export async function consent(url: string, profile: StubProfile | undefined): Promise<string> {
  const body = new FormData();
  body.set('profile', profile ? JSON.stringify(profile) : '');
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const { origin, pathname, search } = new URL(answer.headers.get('Location') ?? '');
  if (origin !== env.API_URL) throw new Error(`sent to ${origin}`);
  return pathname + search;
}

export const comeBack = (path: string, cookie: string): Promise<Answer> =>
  call('GET', path, { headers: { Cookie: cookie } });

/** A whole round trip to the provider, with the code or error that the app gets. */
export async function signInAt(provider: ProviderId, profile: StubProfile | undefined) {
  const { verifier, cookie, url } = await setOut(provider);
  const answer = await comeBack(await consent(url, profile), cookie);
  if (answer.status !== 303) throw new Error(answer.text);
  const back = new URL(answer.headers.get('Location') ?? '');
  return { verifier, address: back, code: back.searchParams.get('code') ?? '', error: back.searchParams.get('error') };
}

export const exchange = (
  { code, verifier }: { code: string; verifier: string },
  fields: Record<string, unknown> = {},
) => call('POST', '/v1/auth/oauth/exchange', { body: { code, code_verifier: verifier, ...fields } });

/** A whole sign-in, up to the tokens. */
export const enter = async (profile: StubProfile, provider: ProviderId = 'google'): Promise<Answer> =>
  exchange(await signInAt(provider, profile));
