import type { Ctx } from '../../context.ts';
import { encodeBase64url } from '../../lib/base64url.ts';
import { normaliseEmail } from '../../lib/email-address.ts';
import { hmacSha256, sha256Bytes } from '../../lib/keys.ts';
import { describeError } from '../../log.ts';
import { invalidState, providerUnknown, returnNotAllowed } from './oauth.errors.ts';
import { deleteExpiredCodes, deleteExpiredStates, insertCode, insertState, redeemState } from './oauth.repository.ts';
import { askProvider, offeredProvider } from './provider.service.ts';
import type { Profile, ProviderId } from './providers/provider.ts';

const stateTtlMs = 10 * 60_000;
const codeTtlMs = 60_000;

export const randomToken = (): string => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));

/** Made again from the state when the browser comes back, so that neither is stored or leaves us (RFC 7636). */
function secretsOf({ config }: Ctx, state: string): { codeVerifier: string; nonce: string } {
  const [key] = config.keys.oauth;
  if (!key) throw new Error('no key for OAuth');
  const derive = (purpose: string) => encodeBase64url(hmacSha256(key, `${purpose}:${state}`));
  return { codeVerifier: derive('verifier'), nonce: derive('nonce') };
}

const redirectUriOf = ({ config }: Ctx, id: ProviderId): string => `${config.apiUrl}/v1/auth/oauth/${id}/callback`;

type Start = { provider: ProviderId; returnTo: string; codeChallenge: string; browserSecret: string };

/** Where to send the browser, which comes back bound to what it brought along, to the provider, and to a listed address. */
export async function startSignIn(ctx: Ctx, { provider: id, returnTo, codeChallenge, browserSecret }: Start) {
  const offered = offeredProvider(ctx, id);
  if (!offered) throw providerUnknown();
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
  return offered.provider.authorizationUrl(offered.client, {
    redirectUri: redirectUriOf(ctx, id),
    state,
    nonce,
    codeChallenge: encodeBase64url(sha256Bytes(codeVerifier)),
  });
}

type Return = {
  provider: ProviderId;
  state?: string | undefined;
  code?: string | undefined;
  error?: string | undefined;
  iss?: string | undefined;
  browserSecret: string | undefined;
};

/**
 * Where to send the browser that has come back from the provider: to the app, with a code of ours that is worth
 * nothing without the app's own verifier, or with why there is none. What the provider says is not passed on.
 */
export async function finishSignIn(ctx: Ctx, input: Return): Promise<string> {
  const { state, browserSecret } = input;
  const offered = offeredProvider(ctx, input.provider);
  if (!offered) throw providerUnknown();
  if (!state || !browserSecret) throw invalidState();
  const begun = await redeemState(
    ctx.db,
    { stateHash: sha256Bytes(state), browserHash: sha256Bytes(browserSecret), provider: input.provider },
    ctx.now(),
  );
  if (!begun) throw invalidState();

  const back = (outcome: { code: string } | { error: 'access_denied' | 'provider_failed' }) => {
    const url = new URL(begun.returnTo);
    for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
    return url.href;
  };
  if (input.error === 'access_denied') return back({ error: 'access_denied' });
  try {
    const { provider, client } = offered;
    if (!input.code || (input.iss !== undefined && input.iss !== provider.issuer(client)))
      throw new Error('no code of theirs');
    const arrival = { ...secretsOf(ctx, state), redirectUri: redirectUriOf(ctx, provider.id), code: input.code };
    const profile = await provider.profile(client, { ...arrival, now: ctx.now() }, askProvider);
    return back({ code: await keep(ctx, input.provider, profile, begun.codeChallenge) });
  } catch (error) {
    ctx.log('warn', 'oauth.provider', { provider: input.provider, ...describeError(error) });
    return back({ error: 'provider_failed' });
  }
}

async function keep(ctx: Ctx, provider: ProviderId, profile: Profile, codeChallenge: string): Promise<string> {
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

/** A name as riders have them: some text, without what a database or a mail cannot hold. */
const nameFrom = (text: string): string =>
  [
    ...text
      .toWellFormed()
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim(),
  ]
    .slice(0, 50)
    .join('')
    .trim() || 'Rider';

export async function forgetOAuth(ctx: Ctx): Promise<number> {
  const now = ctx.now();
  const deleted = await ctx.db.batch([deleteExpiredStates(ctx.db, now), deleteExpiredCodes(ctx.db, now)]);
  return deleted.reduce((total, { rowCount }) => total + rowCount, 0);
}
