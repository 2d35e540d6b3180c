import { authorizePath, consent, newProfile, newVerifier, setOut, signInAt } from '../../features/oauth/browser.ts';
import type { Entries } from './entry.ts';

async function provenCode() {
  const { code, verifier } = await signInAt('google', newProfile());
  return { code, code_verifier: verifier };
}

export const oauth = {
  listSignInProviders: {
    audience: 'anyone',
    because: 'there is no account yet',
    trips: 0,
    example: () => ({ status: 200 }),
  },
  startSignIn: {
    audience: 'anyone',
    because: 'there is no account yet',
    isWrite: true,
    trips: 1,
    example: () => ({
      status: 302,
      params: { provider: 'google' },
      query: authorizePath('google', { code_challenge: newVerifier().challenge }).replace(/^[^?]*/, ''),
    }),
    again: { more: ['oauth_states'] },
  },
  finishSignIn: {
    audience: 'anyone',
    because: 'the state and the browser’s cookie are the credential',
    isWrite: true,
    // A provider may add parameters of its own.
    isQueryOpen: true,
    trips: 2,
    example: async () => {
      const { url, cookie } = await setOut('google');
      const query = (await consent(url, newProfile())).replace(/^[^?]*/, '');
      return { status: 303, params: { provider: 'google' }, query, headers: { Cookie: cookie } };
    },
    // The state can be used once. A repeat sends the browser back to the app with an error.
    again: { settled: 400, isBegunAnew: true },
    usesUp: 'token',
  },
  exchangeCode: {
    audience: 'anyone',
    because: 'the code and its verifier are the credential',
    trips: 2,
    example: async () => ({
      status: 200,
      body: { ...(await provenCode()), transport: 'bearer', device_token: 'd1.none' },
    }),
    // RFC 6749 section 4.1.2: a second use of a code ends its session. The rider signs in again.
    again: { settled: 400, more: ['audit'] },
    usesUp: 'token',
  },

  listIdentities: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await rider.post('/v1/me/identities', await provenCode());
      return { status: 200 };
    },
  },
  linkIdentity: {
    audience: 'caller',
    needsFreshLogin: true,
    trips: [2, 2, 3],
    example: async () => ({ status: 201, body: await provenCode() }),
    sendsMail: true,
    usesUp: 'token',
  },
  unlinkIdentity: {
    audience: 'owner',
    names: { id: 'identity' },
    needsFreshLogin: true,
    trips: 1,
    example: async (rider) => {
      const { json } = await rider.post('/v1/me/identities', await provenCode());
      return { status: 204, params: { id: json.id } };
    },
    again: { settled: 404 },
  },
} satisfies Entries;
