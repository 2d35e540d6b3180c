import { z } from 'zod';
import { codeGrant, type Provider, type Registration, withQuery } from './provider.ts';

/** docs.github.com/apps/oauth-apps */
const endpoints = ({ baseUrl }: Registration) => ({
  issuer: baseUrl ?? 'https://github.com/login/oauth',
  login: baseUrl ?? 'https://github.com/login/oauth',
  api: baseUrl ?? 'https://api.github.com',
});

const Tokens = z.looseObject({ access_token: z.string().min(1).max(4_096), token_type: z.string().regex(/^bearer$/i) });
const User = z.looseObject({ id: z.int().positive(), name: z.string().nullish(), login: z.string() });
const Emails = z
  .array(z.looseObject({ email: z.string(), primary: z.unknown().optional(), verified: z.unknown().optional() }))
  .max(1_000);

/** OAuth alone: who it is, is asked of the API. Logins are handed on when riders rename themselves, the number is not. */
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

  async profile(client, arrival, ask) {
    const { login, api } = endpoints(client);
    const { access_token: token } = Tokens.parse(await ask(`${login}/access_token`, codeGrant(client, arrival)));
    const headers = {
      Accept: 'application/vnd.github+json',
      Authorization: `Bearer ${token}`,
      'User-Agent': 'Kairos',
      'X-GitHub-Api-Version': '2022-11-28',
    };
    const [user, emails] = await Promise.all([ask(`${api}/user`, { headers }), ask(`${api}/user/emails`, { headers })]);
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
