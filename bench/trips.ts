// npm run bench: how many sequential trips to the database each operation waits for. Every reply of the database is
// held back, so that a request which reaches it later than that after another one must have waited for the reply.
import { type Send, signatureOf, startStack } from './stack.ts';

const latencyMs = 50;
const password = 'five slow gravel passes';
const gpx = `<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${Array.from({ length: 200 }, (_, n) => `<trkpt lat="48.2" lon="${(16 + n / 50).toFixed(2)}"><ele>200</ele></trkpt>`).join('')}</trkseg></trk></gpx>`;
const form = 'application/x-www-form-urlencoded';

type Tokens = { access_token: string; refresh_token: string };
type Fixture = {
  email: string;
  token: string;
  adminToken: string;
  refreshToken: string;
  userId: string;
  journeyId: string;
  markerId: string;
};
type Operation = {
  status: number;
  run: (send: Send, at: Fixture, stack: Stack) => Promise<{ status: number; text: string }>;
};
type Stack = Awaited<ReturnType<typeof startStack>>;

const json = (body: unknown) => JSON.stringify(body);
const address = () => `${crypto.randomUUID()}@example.com`;

const register = (send: Send, email: string) =>
  send('POST', '/v1/auth/register', { body: json({ email, password, name: 'Rider' }) });

/** The token of the mail to an address that leads to a page. */
async function mailedToken({ inbox }: Stack, email: string, page = 'verify-email'): Promise<string> {
  for (let tries = 0; tries < 500; tries += 1) {
    const mail = inbox.messages().find(({ to, text }) => to === email && text?.includes(page));
    const token = mail && /#token=([\w-]+)/.exec(mail.text ?? '')?.[1];
    if (token) return token;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no mail to ${email}`);
}

const logIn = (send: Send, username: string) =>
  send('POST', '/v1/auth/token', {
    type: form,
    body: new URLSearchParams({ grant_type: 'password', username, password }).toString(),
  });

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const oauthQuery = new URLSearchParams({
  return_to: 'http://127.0.0.1/sign-in',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
});

/** A browser at the stub, about to be sent back: to which address, with which cookie. */
async function provenAtStub(send: Send): Promise<{ path: string; cookie: string }> {
  const { headers } = await send('GET', `/v1/auth/oauth/google/authorize?${oauthQuery}`);
  const body = new FormData();
  body.set('profile', json({ subject: crypto.randomUUID(), email: address(), verified: true, name: 'Nils' }));
  const consent = await fetch(headers.get('Location') ?? '', { method: 'POST', body, redirect: 'manual' });
  const { pathname, search } = new URL(consent.headers.get('Location') ?? '');
  return { path: pathname + search, cookie: headers.get('Set-Cookie')?.split(';', 1).join() ?? '' };
}

async function oauthCode(send: Send): Promise<string> {
  const { path, cookie } = await provenAtStub(send);
  const { headers } = await send('GET', path, { headers: { Cookie: cookie } });
  return json({ code: new URL(headers.get('Location') ?? '').searchParams.get('code'), code_verifier: verifier });
}

const marker = {
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [16.4, 48.2] },
  estimated_time: '2027-06-01T18:00:00Z',
};

async function newRider(send: Send, stack: Stack): Promise<{ email: string; token: string; refreshToken: string }> {
  const email = address();
  await register(send, email);
  await send('POST', '/v1/auth/verify-email', { body: json({ token: await mailedToken(stack, email) }) });
  const tokens = parse<Tokens>((await logIn(send, email)).text);
  return { email, token: tokens.access_token, refreshToken: tokens.refresh_token };
}

async function keyPath(send: Send, token: string): Promise<string> {
  const body = json({ name: 'Key', scopes: ['profile:read'] });
  return `/v1/api-keys/${parse<{ id: string }>((await send('POST', '/v1/api-keys', { token, body })).text).id}`;
}

const newPassword = 'another gravel road 88';

/** How to call each operation of the OpenAPI document so that it succeeds; prepared work is done before the clock runs. */
const operations: Record<
  string,
  Operation | { prepare: (send: Send, at: Fixture, stack: Stack) => Promise<Operation> }
> = {
  getHealth: { status: 200, run: (send) => send('GET', '/health') },
  getReadiness: { status: 200, run: (send) => send('GET', '/health/ready') },
  getJwks: { status: 200, run: (send) => send('GET', '/.well-known/jwks.json') },
  getAuthorizationServer: {
    status: 200,
    run: (send) => send('GET', '/.well-known/oauth-authorization-server'),
  },
  register: { status: 202, run: (send) => register(send, address()) },
  resendVerification: {
    status: 202,
    run: (send) => send('POST', '/v1/auth/verify-email/resend', { body: json({ email: address() }) }),
  },
  verifyEmail: {
    prepare: async (send, _at, stack) => {
      const email = address();
      await register(send, email);
      const token = await mailedToken(stack, email);
      return { status: 200, run: (timed) => timed('POST', '/v1/auth/verify-email', { body: json({ token }) }) };
    },
  },
  createToken: {
    status: 200,
    run: (send, { refreshToken }) =>
      send('POST', '/v1/auth/token', {
        type: form,
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
      }),
  },
  logout: {
    prepare: async (send, { email }) => {
      const { access_token: token } = parse<Tokens>((await logIn(send, email)).text);
      return { status: 204, run: (timed) => timed('POST', '/v1/auth/logout', { token }) };
    },
  },
  forgotPassword: {
    status: 202,
    run: (send) => send('POST', '/v1/auth/password/forgot', { body: json({ email: address() }) }),
  },
  resetPassword: {
    prepare: async (send, _at, stack) => {
      const { email } = await newRider(send, stack);
      await send('POST', '/v1/auth/password/forgot', { body: json({ email }) });
      const body = json({ token: await mailedToken(stack, email, 'reset-password'), password: newPassword });
      return { status: 200, run: (timed) => timed('POST', '/v1/auth/password/reset', { body }) };
    },
  },
  changePassword: {
    prepare: async (send, _at, stack) => {
      const { token } = await newRider(send, stack);
      const body = json({ current_password: password, new_password: newPassword });
      return { status: 200, run: (timed) => timed('POST', '/v1/auth/password/change', { token, body }) };
    },
  },
  provePassword: {
    status: 200,
    run: (send, { token }) => send('POST', '/v1/auth/reauthenticate', { token, body: json({ password }) }),
  },
  receiveMailEvent: {
    status: 204,
    run: (send) => {
      const body = json({ type: 'email.complained', data: { to: [address()] } });
      return send('POST', '/v1/mail/events', { body, headers: signatureOf(body) });
    },
  },
  listSessions: { status: 200, run: (send, { token }) => send('GET', '/v1/auth/sessions', { token }) },
  revokeSession: {
    prepare: async (send, _at, stack) => {
      const { token } = await newRider(send, stack);
      const { items } = parse<{ items: { id: string }[] }>((await send('GET', '/v1/auth/sessions', { token })).text);
      return { status: 204, run: (timed) => timed('DELETE', `/v1/auth/sessions/${items[0]?.id}`, { token }) };
    },
  },
  revokeOtherSessions: { status: 204, run: (send, { token }) => send('DELETE', '/v1/auth/sessions', { token }) },
  createApiKey: {
    status: 201,
    run: (send, { token }) =>
      send('POST', '/v1/api-keys', { token, body: json({ name: 'Key', scopes: ['profile:read'] }) }),
  },
  listApiKeys: { status: 200, run: (send, { token }) => send('GET', '/v1/api-keys', { token }) },
  updateApiKey: {
    prepare: async (send, { token }) => {
      const path = await keyPath(send, token);
      return { status: 200, run: (timed) => timed('PATCH', path, { token, body: json({ name: 'Other' }) }) };
    },
  },
  deleteApiKey: {
    prepare: async (send, { token }) => {
      const path = await keyPath(send, token);
      return { status: 204, run: (timed) => timed('DELETE', path, { token }) };
    },
  },
  deleteMe: {
    prepare: async (send, _at, stack) => {
      const { token } = await newRider(send, stack);
      return { status: 204, run: (timed) => timed('DELETE', '/v1/me', { token }) };
    },
  },
  listMyAudit: { status: 200, run: (send, { token }) => send('GET', '/v1/me/audit', { token }) },
  getMe: { status: 200, run: (send, { token }) => send('GET', '/v1/me', { token }) },
  updateMe: { status: 200, run: (send, { token }) => send('PATCH', '/v1/me', { token, body: json({ bio: 'Slow.' }) }) },
  listSignInProviders: { status: 200, run: (send) => send('GET', '/v1/auth/oauth/providers') },
  startSignIn: { status: 302, run: (send) => send('GET', `/v1/auth/oauth/google/authorize?${oauthQuery}`) },
  finishSignIn: {
    prepare: async (send) => {
      const { path, cookie } = await provenAtStub(send);
      return { status: 303, run: (timed) => timed('GET', path, { headers: { Cookie: cookie } }) };
    },
  },
  exchangeCode: {
    prepare: async (send) => {
      const body = await oauthCode(send);
      return { status: 200, run: (timed) => timed('POST', '/v1/auth/oauth/exchange', { body }) };
    },
  },
  linkIdentity: {
    prepare: async (send, { token }) => {
      const body = await oauthCode(send);
      return { status: 201, run: (timed) => timed('POST', '/v1/me/identities', { token, body }) };
    },
  },
  listIdentities: { status: 200, run: (send, { token }) => send('GET', '/v1/me/identities', { token }) },
  unlinkIdentity: {
    prepare: async (send, { token }) => {
      const { text } = await send('POST', '/v1/me/identities', { token, body: await oauthCode(send) });
      const path = `/v1/me/identities/${parse<{ id: string }>(text).id}`;
      return { status: 204, run: (timed) => timed('DELETE', path, { token }) };
    },
  },
  listUsers: {
    status: 200,
    run: (send, { adminToken }) => send('GET', '/v1/admin/users?search=rid', { token: adminToken }),
  },
  updateUser: {
    status: 200,
    run: (send, { adminToken, userId }) =>
      send('PATCH', `/v1/admin/users/${userId}`, { token: adminToken, body: json({ role: 'user' }) }),
  },
  unlockUser: {
    status: 204,
    run: (send, { adminToken, userId }) => send('POST', `/v1/admin/users/${userId}/unlock`, { token: adminToken }),
  },
  startPasswordReset: {
    status: 202,
    run: (send, { adminToken, userId }) =>
      send('POST', `/v1/admin/users/${userId}/password-reset`, { token: adminToken }),
  },
  listAudit: { status: 200, run: (send, { adminToken }) => send('GET', '/v1/admin/audit', { token: adminToken }) },
  getUser: { status: 200, run: (send, { token, userId }) => send('GET', `/v1/users/${userId}`, { token }) },
  listUserJourneys: {
    status: 200,
    run: (send, { token, userId }) => send('GET', `/v1/users/${userId}/journeys`, { token }),
  },
  getUserActiveJourney: {
    prepare: async (send, { token, journeyId }) => {
      await send('POST', `/v1/journeys/${journeyId}/activate`, { token });
      return {
        status: 200,
        run: (timed, { userId }) => timed('GET', `/v1/users/${userId}/journeys/active`, { token }),
      };
    },
  },
  createJourney: {
    status: 201,
    run: (send, { token }) => send('POST', '/v1/journeys', { token, body: json({ name: 'Another' }) }),
  },
  listJourneys: { status: 200, run: (send, { token }) => send('GET', '/v1/journeys', { token }) },
  getJourney: { status: 200, run: (send, { token, journeyId }) => send('GET', `/v1/journeys/${journeyId}`, { token }) },
  updateJourney: {
    status: 200,
    run: (send, { token, journeyId }) =>
      send('PATCH', `/v1/journeys/${journeyId}`, { token, body: json({ starts_on: '2027-06-02' }) }),
  },
  deleteJourney: {
    prepare: async (send, { token }) => {
      const { text } = await send('POST', '/v1/journeys', { token, body: json({ name: 'Short' }) });
      const { id } = parse<{ id: string }>(text);
      return { status: 204, run: (timed) => timed('DELETE', `/v1/journeys/${id}`, { token }) };
    },
  },
  activateJourney: {
    status: 200,
    run: (send, { token, journeyId }) => send('POST', `/v1/journeys/${journeyId}/activate`, { token }),
  },
  deactivateJourney: {
    status: 200,
    run: (send, { token, journeyId }) => send('POST', `/v1/journeys/${journeyId}/deactivate`, { token }),
  },
  completeJourney: {
    prepare: async (send, { token }) => {
      const { id } = parse<{ id: string }>(
        (await send('POST', '/v1/journeys', { token, body: json({ name: 'Done' }) })).text,
      );
      return { status: 200, run: (timed) => timed('POST', `/v1/journeys/${id}/complete`, { token }) };
    },
  },
  createMarkers: {
    status: 201,
    run: (send, { token, journeyId }) =>
      send('POST', `/v1/journeys/${journeyId}/markers`, { token, body: json(marker) }),
  },
  listMarkers: {
    status: 200,
    run: (send, { token, journeyId }) => send('GET', `/v1/journeys/${journeyId}/markers`, { token }),
  },
  getMarker: {
    status: 200,
    run: (send, { token, journeyId, markerId }) =>
      send('GET', `/v1/journeys/${journeyId}/markers/${markerId}`, { token }),
  },
  updateMarker: {
    status: 200,
    run: (send, { token, journeyId, markerId }) =>
      send('PATCH', `/v1/journeys/${journeyId}/markers/${markerId}`, { token, body: json({ notes: 'Dry.' }) }),
  },
  deleteMarker: {
    prepare: async (send, { token, journeyId }) => {
      const { id } = parse<{ id: string }>(
        (await send('POST', `/v1/journeys/${journeyId}/markers`, { token, body: json(marker) })).text,
      );
      return { status: 204, run: (timed) => timed('DELETE', `/v1/journeys/${journeyId}/markers/${id}`, { token }) };
    },
  },
  importRoute: {
    status: 201,
    run: (send, { token, journeyId }) =>
      send('POST', `/v1/journeys/${journeyId}/imports?as=plan`, { token, type: 'application/gpx+xml', body: gpx }),
  },
  getRoute: {
    status: 200,
    run: (send, { token, journeyId }) => send('GET', `/v1/journeys/${journeyId}/route?max_points=50`, { token }),
  },
  getJourneyStats: {
    status: 200,
    run: (send, { token, journeyId }) => send('GET', `/v1/journeys/${journeyId}/stats`, { token }),
  },
  listEncounters: {
    status: 200,
    run: (send, { token, journeyId }) => send('GET', `/v1/journeys/${journeyId}/nearby`, { token }),
  },
};

/** Text of an answer of our own, whose shape the contract suite holds. */
const parse = <T>(text: string): T => JSON.parse(text) as T;

async function createFixture(stack: Stack): Promise<Fixture> {
  const { send } = stack;
  const { email, token, refreshToken } = await newRider(send, stack);
  const { id: userId } = parse<{ id: string }>(
    (await send('PATCH', '/v1/me', { token, body: json({ adult: true }) })).text,
  );
  const plan = { name: 'Danube', visibility: 'discoverable', starts_on: '2027-06-01', daily_distance_m: 80_000 };
  const { id: journeyId } = parse<{ id: string }>(
    (await send('POST', '/v1/journeys', { token, body: json(plan) })).text,
  );
  const { id: markerId } = parse<{ id: string }>(
    (await send('POST', `/v1/journeys/${journeyId}/markers`, { token, body: json(marker) })).text,
  );
  const admin = await newRider(send, stack);
  await stack.makeAdmin(admin.email);
  const { access_token: adminToken } = parse<Tokens>((await logIn(send, admin.email)).text);
  return { email, token, adminToken, refreshToken, userId, journeyId, markerId };
}

/** Sends one idempotency key along with all that is sent. */
const withKey = (send: Send): Send => {
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  return (method, path, init) => send(method, path, { ...init, headers: { ...init?.headers, ...headers } });
};

type Way = 'without a key' | 'with a key' | 'sent again';

async function tripsOf(stack: Stack, fixture: Fixture, name: string, way: Way): Promise<number> {
  const entry = operations[name];
  if (!entry) throw new Error(`bench/trips.ts does not know how to call ${name}`);
  const operation = 'prepare' in entry ? await entry.prepare(stack.send, fixture, stack) : entry;
  const send = way === 'without a key' ? stack.send : withKey(stack.send);
  if (way === 'sent again') await operation.run(send, fixture, stack);
  // What an earlier call left for after its answer must not be counted here.
  await new Promise((resolve) => setTimeout(resolve, 4 * latencyMs));
  stack.takeStarts();
  const { status, text } = await operation.run(send, fixture, stack);
  const answeredAt = performance.now();
  // A reply that came later was not waited for: a mail is sent after the answer.
  const starts = stack.takeStarts().filter((start) => start + latencyMs <= answeredAt);
  if (status !== operation.status) throw new Error(`${name} answered ${status}: ${text}`);
  return sequential(starts);
}

function sequential(starts: readonly number[]): number {
  let [trips, tripStart] = [0, Number.NEGATIVE_INFINITY];
  for (const start of starts) {
    if (start - tripStart < latencyMs) continue;
    trips += 1;
    tripStart = start;
  }
  return trips;
}

export type Trips = { operation: string; method: string; path: string; trips: number; way: Way };

type Documented = { operationId: string; parameters?: { name: string }[] };

export async function countTrips(stack: Stack): Promise<Trips[]> {
  const document = parse<{ paths: Record<string, Record<string, Documented>> }>(
    (await stack.send('GET', '/openapi.json')).text,
  );
  const rows: Trips[] = [];
  const fixture = await createFixture(stack);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { operationId, parameters = [] }] of Object.entries(methods)) {
      const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
      const ways: Way[] = takesKey ? ['without a key', 'with a key', 'sent again'] : ['without a key'];
      for (const way of ways) {
        const trips = await tripsOf(stack, fixture, operationId, way);
        rows.push({ operation: operationId, method: method.toUpperCase(), path, trips, way });
      }
    }
  }
  return rows;
}

/** The browser's way back from a provider writes what it reads: the provider is asked in between. */
const budgetOf = (operation: string, method: string): number =>
  method === 'GET' && operation !== 'finishSignIn' ? 1 : 2;

const stack = await startStack({ latencyMs });
try {
  const rows = await countTrips(stack);
  console.log('| call | operation | sequential trips to the database |\n| --- | --- | --- |');
  for (const { method, path, operation, trips, way } of rows) {
    const how = way === 'without a key' ? '' : `, ${way}`;
    console.log(`| ${method} ${path} | ${operation}${how} | ${trips} |`);
  }
  const tooMany = rows.filter(({ operation, method, trips }) => trips > budgetOf(operation, method));
  if (tooMany.length > 0) {
    console.error(`over the budget: ${tooMany.map(({ operation }) => operation).join(', ')}`);
    process.exitCode = 1;
  }
} finally {
  await stack.close();
}
