import { createLocalJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import { type ClientRegistration, codeGrant, type Provider, ProviderFailure, withQuery } from './provider.ts';

/** developers.google.com/identity/openid-connect */
const endpoints = ({ baseUrl }: ClientRegistration) =>
  baseUrl
    ? { issuer: baseUrl, authorize: `${baseUrl}/auth`, token: `${baseUrl}/token`, keys: `${baseUrl}/certs` }
    : {
        issuer: 'https://accounts.google.com',
        authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
        token: 'https://oauth2.googleapis.com/token',
        keys: 'https://www.googleapis.com/oauth2/v3/certs',
      };

const Tokens = z.looseObject({ id_token: z.string().max(8_192) });
const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(20) });
const Claims = z.looseObject({
  sub: z.string().min(1).max(255),
  aud: z.string(),
  azp: z.string().optional(),
  nonce: z.string(),
  email: z.string().optional(),
  email_verified: z.unknown().optional(),
  name: z.string().optional(),
});

/** OpenID Connect Core, section 3.1.3.7. */
export const google: Provider = {
  id: 'google',
  name: 'Google',
  issuer: (client) => endpoints(client).issuer,

  authorizationUrl: (client, { redirectUri, state, codeChallenge, nonce }) =>
    withQuery(endpoints(client).authorize, {
      response_type: 'code',
      client_id: client.id,
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      state,
      nonce,
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    }),

  async profile(client, response, fetchJson) {
    const { issuer, token, keys } = endpoints(client);
    const { id_token: idToken } = Tokens.parse(await fetchJson(token, codeGrant(client, response)));
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(Keys.parse(await fetchJson(keys))), {
      algorithms: ['RS256', 'ES256'],
      issuer,
      audience: client.id,
      requiredClaims: ['exp', 'iat'],
      currentDate: response.now,
      clockTolerance: 30,
    });
    const claims = Claims.parse(payload);
    if (claims.nonce !== response.nonce) throw new ProviderFailure('another nonce');
    if (claims.azp !== undefined && claims.azp !== client.id) throw new ProviderFailure('made for another client');
    return {
      subject: claims.sub,
      email: claims.email,
      isEmailVerified: claims.email_verified === true,
      name: claims.name ?? '',
    };
  },
};
