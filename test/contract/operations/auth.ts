import { apiUrl, call } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createRider, type Rider, riderPassword } from '../../support/factories.ts';
import { mailTo, tokenIn } from '../../support/mailer.ts';
import { freshAddress, newPassword, registration, wrongPassword } from '../fixtures.ts';
import { type Entries, type Example, withFields } from './entry.ts';

async function mailedToken() {
  const wish = registration();
  await call('POST', '/v1/auth/register', { body: wish });
  return tokenIn(await mailTo(wish.email));
}

async function mailedReset() {
  const { email } = await createRider();
  await call('POST', '/v1/auth/password/forgot', { body: { email } });
  return tokenIn(await mailTo(email));
}

const login = ({ email }: Rider, fields: Record<string, string> = {}) =>
  new URLSearchParams({ grant_type: 'password', username: email, password: riderPassword, ...fields });

const wrong = (field: string) => ({
  'the password is wrong': (example: Example) => withFields(example, { [field]: wrongPassword }),
});
const unknownToken = {
  'it is nobody’s': (example: Example) => withFields(example, { token: 'A'.repeat(43) }),
};

export const auth = {
  getJwks: {
    audience: 'anyone',
    because: 'public keys',
    isCacheable: true,
    trips: 0,
    example: () => ({ status: 200 }),
  },
  getAuthorizationServer: {
    audience: 'anyone',
    because: 'public metadata',
    isCacheable: true,
    trips: 0,
    example: () => ({ status: 200 }),
  },

  register: {
    audience: 'anyone',
    because: 'there is no account yet',
    trips: 1,
    example: () => ({ status: 202, body: registration() }),
    again: { more: ['audit', 'outbox', 'registrations'] },
    sendsMail: true,
    hashes: 'in the call',
  },
  verifyEmail: {
    audience: 'anyone',
    because: 'the mailed token is the credential',
    trips: 1,
    example: async () => ({ status: 200, body: { token: await mailedToken() } }),
    again: { settled: 400 },
    usesUp: 'token',
    hashes: 'in the call',
    refused: unknownToken,
  },
  resendVerification: {
    audience: 'anyone',
    because: 'there is no account yet',
    trips: 1,
    example: () => ({ status: 202, body: { email: freshAddress() } }),
    again: { more: ['audit'] },
  },

  createToken: {
    audience: 'anyone',
    because: 'the password or the refresh token is the credential',
    hasOAuthErrors: true,
    trips: 2,
    example: (rider) => ({ status: 200, body: login(rider) }),
    // A lost response leaves an unused session, which is in the list of sessions and counts towards the limit of fifty.
    again: { more: ['audit', 'sessions'] },
    sendsMail: true,
    usesUp: 'login',
    hashes: 'in the call',
    refused: wrong('password'),
    ways: {
      refresh: {
        trips: 1,
        example: ({ refreshToken }) => ({
          status: 200,
          body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
        }),
        usesUp: 'login',
        refused: {
          'the session of the refresh token is revoked': async (example, { sessionId }) => {
            await sql`update sessions set revoked_at = created_at where id = ${sessionId}`;
            return example;
          },
        },
      },
      cookies: {
        trips: 2,
        example: (rider) => ({
          status: 200,
          headers: { Origin: apiUrl },
          body: login(rider, { transport: 'cookie' }),
        }),
        again: { more: ['audit', 'sessions'] },
        sendsMail: true,
        usesUp: 'login',
        hashes: 'in the call',
        refused: wrong('password'),
      },
    },
  },
  logout: {
    audience: 'anyone',
    because: 'the refresh token is the credential',
    hasOptionalBody: true,
    trips: 1,
    example: ({ refreshToken }) => ({ status: 204, body: { refresh_token: refreshToken } }),
    usesUp: 'login',
  },

  forgotPassword: {
    audience: 'anyone',
    because: 'who has forgotten it cannot log in',
    trips: 1,
    example: () => ({ status: 202, body: { email: freshAddress() } }),
    again: { more: ['audit', 'outbox'] },
  },
  resetPassword: {
    audience: 'anyone',
    because: 'the mailed token is the credential',
    trips: 2,
    example: async () => ({ status: 200, body: { token: await mailedReset(), password: newPassword } }),
    again: { settled: 400 },
    sendsMail: true,
    usesUp: 'token',
    hashes: 'in the call',
    refused: unknownToken,
  },
  changePassword: {
    audience: 'caller',
    trips: 2,
    example: () => ({ status: 200, body: { current_password: riderPassword, new_password: newPassword } }),
    // After the first call the named password is the old one.
    again: { settled: 403, more: ['audit'] },
    sendsMail: true,
    usesUp: 'login',
    hashes: 'in the call',
    refused: wrong('current_password'),
  },
  provePassword: {
    audience: 'caller',
    trips: 2,
    example: () => ({ status: 200, body: { password: riderPassword } }),
    again: { more: ['audit'] },
    hashes: 'in the call',
    refused: wrong('password'),
  },
} satisfies Entries;
