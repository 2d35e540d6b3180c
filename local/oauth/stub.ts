import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { consentPage } from './page.ts';

/** A profile at the stub. With `fault`, `claims` and `forged` a test makes the stub misbehave. */
export type StubProfile = {
  subject: string;
  name?: string | undefined;
  email?: string | undefined;
  verified?: unknown;
  fault?: 'token_500' | 'html' | 'long' | 'hang' | 'wrong_json';
  /** Replaces claims of the id token; null removes one. */
  claims?: Record<string, unknown>;
  forged?: boolean;
};

type Grant = {
  provider: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  clientId: string;
  profile: StubProfile;
};

export type OAuthStub = { handle(request: Request): Promise<Response | undefined> };

export const stubSecret = 'local-stub-secret';
const random = () => randomBytes(24).toString('base64url');
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
const refuse = (error: string, status = 400) =>
  Response.json({ error, error_description: `<b>${error}</b>` }, { status });

/** Replaces Google at `/oauth/google` and GitHub at `/oauth/github`. The user may choose any profile. */
export async function createOAuthStub(): Promise<OAuthStub> {
  const [ours, forger] = [await keyPair(), await keyPair()];
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, StubProfile>();

  function consent(provider: string, url: URL, form: FormData): Response {
    const parameter = (name: string) => url.searchParams.get(name) ?? '';
    if (parameter('code_challenge_method') !== 'S256') return refuse('no PKCE');
    const back = new URL(parameter('redirect_uri'));
    back.searchParams.set('state', parameter('state'));
    const profile = form.get('profile');
    if (typeof profile === 'string' && profile !== '') {
      const code = random();
      grants.set(code, {
        provider,
        redirectUri: parameter('redirect_uri'),
        challenge: parameter('code_challenge'),
        nonce: url.searchParams.get('nonce'),
        clientId: parameter('client_id'),
        profile: JSON.parse(profile),
      });
      back.searchParams.set('code', code);
      back.searchParams.set('scope', 'openid email');
    } else {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set('error_description', '<script>alert(1)</script>');
    }
    return new Response(null, { status: 303, headers: { Location: back.href } });
  }

  async function token(issuer: string, provider: string, request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    if (!grant || grant.provider !== provider || form.get('redirect_uri') !== grant.redirectUri)
      return refuse('invalid_grant');
    if (form.get('client_id') !== grant.clientId || form.get('client_secret') !== stubSecret)
      return refuse('invalid_client', 401);
    if (sha256(form.get('code_verifier') ?? '') !== grant.challenge) return refuse('invalid_grant');
    const misbehaved = misbehave(grant.profile.fault);
    if (misbehaved) return await misbehaved();
    const accessToken = random();
    tokens.set(accessToken, grant.profile);
    const idToken = provider === 'google' && { id_token: await idTokenOf(issuer, grant) };
    return Response.json({ access_token: accessToken, token_type: 'bearer', expires_in: 3_600, ...idToken });
  }

  async function idTokenOf(issuer: string, { profile, clientId, nonce }: Grant): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      aud: clientId,
      azp: clientId,
      sub: profile.subject,
      iat: now,
      exp: now + 3_600,
      nonce,
      email: profile.email,
      email_verified: profile.verified,
      name: profile.name,
      ...profile.claims,
    };
    const { privateKey } = profile.forged ? forger : ours;
    const kept = Object.entries(claims).filter(([, value]) => value !== null && value !== undefined);
    return await new SignJWT(Object.fromEntries(kept))
      .setProtectedHeader({ alg: 'RS256', kid: 'stub', typ: 'JWT' })
      .sign(privateKey);
  }

  function api(path: string, request: Request): Response | undefined {
    const profile = tokens.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? '');
    if (!profile) return refuse('bad credentials', 401);
    if (path === 'user')
      return Response.json({
        id: Number(profile.subject),
        login: `login-${profile.subject}`,
        name: profile.name ?? null,
      });
    return Response.json([
      { email: 'second@example.org', primary: false, verified: true },
      ...(profile.email === undefined ? [] : [{ email: profile.email, primary: true, verified: profile.verified }]),
    ]);
  }

  return {
    async handle(request) {
      const url = new URL(request.url);
      const [, provider = '', path] = /^\/oauth\/(google|github)\/([\w/]+)$/.exec(url.pathname) ?? [];
      const issuer = `${url.origin}/oauth/${provider}`;
      switch (path && `${request.method} ${path}`) {
        case 'GET auth':
        case 'GET authorize':
          return consentPage(provider);
        case 'POST auth':
        case 'POST authorize':
          return consent(provider, url, await request.formData());
        case 'POST token':
        case 'POST access_token':
          return await token(issuer, provider, request);
        case 'GET certs':
          return Response.json({ keys: [ours.jwk] });
        case 'GET user':
        case 'GET user/emails':
          return api(path ?? '', request);
        default:
          return undefined;
      }
    },
  };
}

function misbehave(fault: StubProfile['fault']): (() => Promise<Response>) | undefined {
  const html = { 'Content-Type': 'text/html' };
  const faults = {
    token_500: async () => new Response('<h1>Oops</h1>', { status: 500, headers: html }),
    html: async () => new Response('<h1>Maintenance</h1>', { headers: html }),
    long: async () => Response.json({ access_token: 'x'.repeat(2_000_000) }),
    wrong_json: async () => Response.json(['not', 'what', 'was', 'asked']),
    hang: () => new Promise<Response>((resolve) => setTimeout(() => resolve(Response.json({})), 8_000)),
  };
  return fault && faults[fault];
}

async function keyPair(): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'stub', alg: 'RS256', use: 'sig' } };
}
