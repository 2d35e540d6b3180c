import { z } from 'zod';
import { type ClientRegistration, codeGrant, type Provider, withQuery } from './provider.ts';

/** docs.github.com/apps/oauth-apps */
const endpoints = ({ baseUrl }: ClientRegistration) => ({
  issuer: baseUrl ?? 'https://github.com/login/oauth',
  login: baseUrl ?? 'https://github.com/login/oauth',
  api: baseUrl ?? 'https://api.github.com',
});

const Tokens = z.looseObject({ access_token: z.string().min(1).max(4_096), token_type: z.string().regex(/^bearer$/i) });
const User = z.looseObject({ id: z.int().positive(), name: z.string().nullish(), login: z.string() });
const Emails = z
  .array(z.looseObject({ email: z.string(), primary: z.unknown().optional(), verified: z.unknown().optional() }))
  .max(1_000);

/**
 * GitHub has no OpenID Connect, so the profile comes from its API. The id is the subject, because a login can change
 * its owner.
 */
export const github: Provider = {
  id: 'github',
  name: 'GitHub',
  issuer: (client) => endpoints(client).issuer,

  authorizationUrl: (client, { redirectUri, state, codeChallenge }) =>
    withQuery(`${endpoints(client).login}/authorize`, {
      response_type: 'code',
      client_id: client.id,
      redirect_uri: redirectUri,
      scope: 'read:user user:email',
      state,
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
    }),

  async profile(client, response, fetchJson) {
    const { login, api } = endpoints(client);
    const { access_token: token } = Tokens.parse(await fetchJson(`${login}/access_token`, codeGrant(client, response)));
    const headers = {
      Accept: 'application/vnd.github+json',
      Authorization: `Bearer ${token}`,
      'User-Agent': 'Kairos',
      'X-GitHub-Api-Version': '2022-11-28',
    };
    const [user, emails] = await Promise.all([
      fetchJson(`${api}/user`, { headers }),
      fetchJson(`${api}/user/emails`, { headers }),
    ]);
    const { id, name, login: handle } = User.parse(user);
    const primary = Emails.parse(emails).find((entry) => entry.primary === true);
    return {
      subject: String(id),
      email: primary?.email,
      isEmailVerified: primary?.verified === true,
      name: name || handle,
    };
  },
};
