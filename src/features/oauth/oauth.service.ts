import type { Ctx } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { hmacSha256, sha256Bytes } from '../../lib/keys.ts';
import { randomToken } from '../../lib/random-token.ts';
import { riderNameFault } from '../../lib/shown-text.ts';
import { describeError } from '../../log.ts';
import { invalidState, providerUnknown, returnNotAllowed } from './oauth.errors.ts';
import { deleteExpiredCodes, deleteExpiredStates, insertCode, insertState, takeState } from './oauth.repository.ts';
import { fetchProfile, findProvider } from './provider.service.ts';
import type { Profile, ProviderId } from './providers/provider.ts';

const stateTtlMs = 10 * 60_000;
const codeTtlMs = 60_000;

/** Derived from the state, again when the browser comes back, so that they are never stored (RFC 7636). */
function secretsOf({ config }: Ctx, state: string): { codeVerifier: string; nonce: string } {
  const [key] = config.keys.oauth;
  if (!key) throw new Error('no key for OAuth');
  const derive = (purpose: string) => encodeBase64url(hmacSha256(key, `${purpose}:${state}`));
  return { codeVerifier: derive('verifier'), nonce: derive('nonce') };
}

const redirectUriOf = ({ config }: Ctx, id: ProviderId): string => `${config.apiUrl}/v1/auth/oauth/${id}/callback`;

type StartInput = { provider: ProviderId; returnTo: string; codeChallenge: string; browserSecret: string };

/** Answers the address of the provider. The sign-in is bound to the browser, the provider and a return address. */
export async function startSignIn(ctx: Ctx, { provider: id, returnTo, codeChallenge, browserSecret }: StartInput) {
  const offer = findProvider(ctx, id);
  if (!offer) throw providerUnknown();
  if (!ctx.config.oauth.returnUrls.includes(returnTo)) throw returnNotAllowed();
  const state = randomToken();
  const { codeVerifier, nonce } = secretsOf(ctx, state);
  await insertState(ctx.db, {
    stateHash: sha256Bytes(state),
    browserHash: sha256Bytes(browserSecret),
    provider: id,
    returnTo,
    codeChallenge,
    expiresAt: new Date(ctx.now().getTime() + stateTtlMs),
  });
  return offer.provider.authorizationUrl(offer.client, {
    redirectUri: redirectUriOf(ctx, id),
    state,
    nonce,
    codeChallenge: encodeBase64url(sha256Bytes(codeVerifier)),
  });
}

type CallbackInput = {
  provider: ProviderId;
  state?: string | undefined;
  code?: string | undefined;
  error?: string | undefined;
  iss?: string | undefined;
  browserSecret: string | undefined;
};

/**
 * Answers the address of the app for a browser that has come back from the provider, with a code of ours or an error of
 * ours. The code is of no use without the app's verifier. Messages of the provider are not passed on.
 */
export async function finishSignIn(ctx: Ctx, input: CallbackInput): Promise<string> {
  const { state, browserSecret } = input;
  const offer = findProvider(ctx, input.provider);
  if (!offer) throw providerUnknown();
  if (!state || !browserSecret) throw invalidState();
  const signIn = await takeState(
    ctx.db,
    { stateHash: sha256Bytes(state), browserHash: sha256Bytes(browserSecret), provider: input.provider },
    ctx.now(),
  );
  if (!signIn) throw invalidState();

  const returnUrl = (outcome: { code: string } | { error: 'access_denied' | 'provider_failed' }) => {
    const url = new URL(signIn.returnTo);
    for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
    return url.href;
  };
  if (input.error === 'access_denied') return returnUrl({ error: 'access_denied' });
  try {
    const { provider, client } = offer;
    if (!input.code || (input.iss !== undefined && input.iss !== provider.issuer(client)))
      throw new Error('no code from the provider');
    const arrival = { ...secretsOf(ctx, state), redirectUri: redirectUriOf(ctx, provider.id), code: input.code };
    const profile = await fetchProfile(ctx, offer, arrival);
    return returnUrl({ code: await issueCode(ctx, input.provider, profile, signIn.codeChallenge) });
  } catch (error) {
    ctx.log('warn', 'oauth.provider', { provider: input.provider, ...describeError(error) });
    return returnUrl({ error: 'provider_failed' });
  }
}

async function issueCode(ctx: Ctx, provider: ProviderId, profile: Profile, codeChallenge: string): Promise<string> {
  const code = randomToken();
  const email = profile.email && normaliseEmail(profile.email);
  await insertCode(ctx.db, {
    codeHash: sha256Bytes(code),
    provider,
    subject: profile.subject,
    email: email ?? null,
    isEmailVerified: email !== undefined && profile.isEmailVerified,
    name: nameFrom(profile.name),
    codeChallenge,
    expiresAt: new Date(ctx.now().getTime() + codeTtlMs),
  });
  return code;
}

/** The name at the provider without the characters that a database or a mail cannot hold, if a rider may have it. */
function nameFrom(text: string): string {
  const name = [
    ...text
      .toWellFormed()
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim(),
  ]
    .slice(0, 50)
    .join('')
    .trim();
  return riderNameFault(name) ? 'Rider' : name;
}

export async function purgeSignIns(ctx: Ctx): Promise<number> {
  const now = ctx.now();
  const { states, codes } = await commit(ctx, {
    writes: { states: deleteExpiredStates(ctx.db, now), codes: deleteExpiredCodes(ctx.db, now) },
  });
  return states.rowCount + codes.rowCount;
}
