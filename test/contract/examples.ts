import { cellAt } from '../../src/lib/grid.ts';
import { makeUnsubscribeToken } from '../../src/lib/unsubscribe-token.ts';
import { authorizePath, consent, newProfile, newVerifier, setOut, signInAt } from '../features/oauth/browser.ts';
import { apiUrl, call, config } from '../support/app.ts';
import { sql } from '../support/db.ts';
import {
  createJourney,
  createRider,
  gpxOf,
  importPlan,
  type LonLat,
  makeAdmin,
  type Rider,
  riderPassword,
} from '../support/factories.ts';
import { mailTo, signatureOf, tokenIn } from '../support/mailer.ts';
import { byId, type Operation } from './document.ts';

/** What makes a call of an operation succeed. A body has every field that the document allows there. */
export type Example = {
  status: number;
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  mediaType?: string;
  headers?: Record<string, string>;
  /** Headers that prove who sends a body. */
  sign?: (body: string) => Record<string, string>;
};

type Maker = (rider: Rider) => Promise<Example> | Example;

const freshAddress = () => `${crypto.randomUUID()}@kairos.test`;
const freshUsername = () => `r${crypto.randomUUID().slice(0, 20)}`;

const registration = () => ({
  email: freshAddress(),
  password: 'five slow gravel passes',
  name: 'Anna Berger',
  username: freshUsername(),
});

const journeyFields = {
  name: 'Danube, source to sea',
  description: 'EuroVelo 6, with the wind.',
  visibility: 'discoverable',
  starts_on: '2027-06-12',
  daily_distance_m: 95_000,
  delay_h: 24,
};

const markerFields = {
  name: 'Spring under the chapel',
  notes: 'Good water, room for two tents.',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [16.3738, 48.2082] },
  timestamp: null,
  estimated_time: '2027-06-12T08:30:00Z',
};

const zoneFields = { name: 'Home', center: { type: 'Point', coordinates: [16.3738, 48.2082] }, radius_m: 2_000 };

const road: LonLat[] = Array.from({ length: 100 }, (_, index) => [-101 + index * 0.03, 51.3]);
const gpx = gpxOf(road);

async function journeyOf(rider: Rider, fields: Record<string, unknown> = {}) {
  const { id } = await createJourney(rider, { ...journeyFields, ...fields });
  return { id };
}

async function markerOf(rider: Rider) {
  const { id } = await journeyOf(rider);
  const { json } = await rider.post(`/v1/journeys/${id}/markers`, markerFields);
  return { id, marker_id: json.id as string };
}

async function plannedJourneyOf(rider: Rider, fields: Record<string, unknown> = {}) {
  const params = await journeyOf(rider, fields);
  await importPlan(rider, params.id, gpx);
  return params;
}

let lanes = 0;

/** What two riders on a lane of their own are to the first of them. */
async function encounterOf(rider: Rider, other: Rider): Promise<string> {
  lanes += 1;
  // Far from where other tests look around.
  const [west, latitude] = [-170 + (Math.floor(lanes / 8) % 40) * 8, 72 + (lanes % 8)];
  const lane = gpxOf(Array.from({ length: 50 }, (_, n) => [west + n * 0.03, latitude]));
  const ids: string[] = [];
  for (const one of [other, rider]) {
    const { id } = await journeyOf(one, { visibility: 'public' });
    await importPlan(one, id, lane);
    ids.push(id);
  }
  const { json } = await rider.get(`/v1/journeys/${ids[1]}/nearby`);
  const met = json.items.find(({ journey }: { journey: { id: string } | null }) => journey?.id === ids[0]);
  return met.encounter_id;
}

async function requestOf(rider: Rider, other: Rider) {
  const { json } = await rider.post('/v1/connections', {
    encounter_id: await encounterOf(rider, other),
    message: 'Hello',
  });
  return { id: json.id as string };
}

async function connectionOf(rider: Rider) {
  const other = await createRider();
  const { id } = await requestOf(rider, other);
  await other.post(`/v1/connections/${id}/accept`);
  return { id };
}

/** A crowd on the road, so far ahead that no count touches it. */
const gather = () => sql`
  insert into crowds values (0, ${cellAt([-101, 51.3])}, ${Math.floor(Date.UTC(2150, 5, 10) / 259_200_000)}, 15) on conflict do nothing`;

/** A rider with a public journey that is under way, as others may see it. */
async function riderUnderWay() {
  const rider = await createRider();
  const { id } = await journeyOf(rider, { visibility: 'public' });
  await rider.post(`/v1/journeys/${id}/activate`);
  return { id: rider.id };
}

async function mailedToken() {
  const wish = registration();
  await call('POST', '/v1/auth/register', { body: wish });
  return tokenIn(await mailTo(wish.email));
}

type Session = { id: string; is_current: boolean };

async function mailedReset() {
  const { email } = await createRider();
  await call('POST', '/v1/auth/password/forgot', { body: { email } });
  return tokenIn(await mailTo(email));
}

async function keyOf(rider: Rider) {
  const { json } = await rider.post('/v1/api-keys', { name: 'Backup', scopes: ['journeys:read'] });
  return { id: json.id as string };
}

async function zoneOf(rider: Rider) {
  const { json } = await rider.post('/v1/me/privacy-zones', zoneFields);
  return { id: json.id as string };
}

async function blockOf(rider: Rider) {
  const { json } = await rider.post('/v1/blocks', { email: freshAddress() });
  return { id: json.id as string };
}

async function reportOf(rider: Rider) {
  const body = { user_id: (await createRider()).id, reason: 'stalking', message: 'Rode behind me for days.' };
  const { json } = await rider.post('/v1/reports', body);
  return { id: json.id as string };
}

async function provenCode() {
  const { code, verifier } = await signInAt('google', newProfile());
  return { code, code_verifier: verifier };
}

/** By operation; what stands after a colon is another way to call the same one. */
const examples: Record<string, Maker> = {
  getHealth: () => ({ status: 200 }),
  getReadiness: () => ({ status: 200 }),
  getJwks: () => ({ status: 200 }),
  getAuthorizationServer: () => ({ status: 200 }),

  register: () => ({ status: 202, body: registration() }),
  verifyEmail: async () => ({ status: 200, body: { token: await mailedToken() } }),
  resendVerification: () => ({ status: 202, body: { email: freshAddress() } }),
  createToken: ({ email }) => ({
    status: 200,
    body: new URLSearchParams({ grant_type: 'password', username: email, password: riderPassword }),
  }),
  'createToken: refresh': ({ refreshToken }) => ({
    status: 200,
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  }),
  'createToken: cookies': ({ email }) => ({
    status: 200,
    headers: { Origin: apiUrl },
    body: new URLSearchParams({
      grant_type: 'password',
      username: email,
      password: riderPassword,
      transport: 'cookie',
    }),
  }),
  logout: ({ refreshToken }) => ({ status: 204, body: { refresh_token: refreshToken } }),

  listSignInProviders: () => ({ status: 200 }),
  startSignIn: () => ({
    status: 302,
    params: { provider: 'google' },
    query: authorizePath('google', { code_challenge: newVerifier().challenge }).replace(/^[^?]*/, ''),
  }),
  finishSignIn: async () => {
    const { url, cookie } = await setOut('google');
    const query = (await consent(url, newProfile())).replace(/^[^?]*/, '');
    return { status: 303, params: { provider: 'google' }, query, headers: { Cookie: cookie } };
  },
  exchangeCode: async () => ({
    status: 200,
    body: { ...(await provenCode()), transport: 'bearer', device_token: 'd1.none' },
  }),
  listIdentities: async (rider) => {
    await rider.post('/v1/me/identities', await provenCode());
    return { status: 200 };
  },
  linkIdentity: async () => ({ status: 201, body: await provenCode() }),
  unlinkIdentity: async (rider) => {
    const { json } = await rider.post('/v1/me/identities', await provenCode());
    return { status: 204, params: { id: json.id } };
  },

  forgotPassword: () => ({ status: 202, body: { email: freshAddress() } }),
  resetPassword: async () => ({
    status: 200,
    body: { token: await mailedReset(), password: 'another gravel road 88' },
  }),
  changePassword: () => ({
    status: 200,
    body: { current_password: riderPassword, new_password: 'another gravel road 88' },
  }),
  provePassword: () => ({ status: 200, body: { password: riderPassword } }),
  receiveMailEvent: () => ({
    status: 204,
    body: { type: 'email.complained', data: { to: [freshAddress()] } },
    sign: (body) => signatureOf(body),
  }),
  endDigests: ({ id }) => ({
    status: 204,
    query: `?token=${makeUnsubscribeToken(config.keys.unsubscribe, id)}`,
  }),
  listSessions: () => ({ status: 200 }),
  revokeSession: async ({ email, get }) => {
    await call('POST', '/v1/auth/token', {
      body: new URLSearchParams({ grant_type: 'password', username: email, password: riderPassword }),
    });
    const { json } = await get('/v1/auth/sessions');
    return { status: 204, params: { id: json.items.find((session: Session) => !session.is_current).id } };
  },
  revokeOtherSessions: () => ({ status: 204 }),

  getMe: () => ({ status: 200 }),
  updateMe: () => ({
    status: 200,
    body: {
      name: 'Anna Berger',
      username: freshUsername(),
      bio: 'Slow uphill.',
      country: 'AT',
      adult: true,
      riders_near: 'weekly',
      privacy_zones: 'none',
    },
  }),
  hideMe: () => ({ status: 200 }),
  unhideMe: () => ({ status: 200 }),
  createBlock: async () => ({ status: 201, body: { user_id: (await createRider()).id, label: 'Too near' } }),
  'createBlock: address': () => ({ status: 201, body: { email: freshAddress(), label: 'Not yet here' } }),
  'createBlock: encounter': async (rider) => ({
    status: 201,
    body: { encounter_id: await encounterOf(rider, await createRider()), label: 'Not this one' },
  }),
  listBlocks: async (rider) => {
    await blockOf(rider);
    await blockOf(rider);
    return { status: 200, query: '?limit=1' };
  },
  deleteBlock: async (rider) => ({ status: 204, params: await blockOf(rider) }),
  createReport: async () => ({
    status: 201,
    body: { user_id: (await createRider()).id, reason: 'harassment', message: 'Asks me where I camp.' },
  }),
  'createReport: encounter': async (rider) => ({
    status: 201,
    body: { encounter_id: await encounterOf(rider, await createRider()), reason: 'spam', message: 'Sells tents.' },
  }),
  'createReport: connection': async (rider) => ({
    status: 201,
    body: { connection_id: (await requestOf(await createRider(), rider)).id, reason: 'threat', message: 'See there.' },
  }),
  createApiKey: () => ({
    status: 201,
    body: { name: 'Backup', scopes: ['journeys:read'], expires_at: '2030-01-01T00:00:00Z' },
  }),
  listApiKeys: async (rider) => {
    await keyOf(rider);
    return { status: 200 };
  },
  updateApiKey: async (rider) => ({
    status: 200,
    params: await keyOf(rider),
    body: { name: 'Nightly', scopes: ['journeys:read'], is_active: false, expires_at: null },
  }),
  deleteApiKey: async (rider) => ({ status: 204, params: await keyOf(rider) }),
  deleteMe: () => ({ status: 204 }),
  listMyAudit: async ({ post }) => {
    await post('/v1/auth/reauthenticate', { password: riderPassword });
    await post('/v1/auth/reauthenticate', { password: riderPassword });
    return { status: 200, query: '?limit=1' };
  },
  listUsers: async (rider) => {
    await makeAdmin(rider);
    return { status: 200, query: '?limit=1&role=admin&disabled=false' };
  },
  updateUser: async (rider) => {
    await makeAdmin(rider);
    return { status: 200, params: { id: (await createRider()).id }, body: { role: 'guest', disabled: true } };
  },
  unlockUser: async (rider) => {
    await makeAdmin(rider);
    return { status: 204, params: { id: (await createRider()).id } };
  },
  startPasswordReset: async (rider) => {
    await makeAdmin(rider);
    return { status: 202, params: { id: (await createRider()).id } };
  },
  listAudit: async (rider) => {
    await makeAdmin(rider);
    await rider.post('/v1/auth/reauthenticate', { password: riderPassword });
    return { status: 200, query: `?limit=1&subject_id=${rider.sessionId}&action=auth.reauthenticated` };
  },
  listReports: async (rider) => {
    for (let n = 0; n < 2; n += 1) await reportOf(rider);
    await makeAdmin(rider);
    return { status: 200, query: '?limit=1&state=open' };
  },
  settleReport: async (rider) => {
    const params = await reportOf(rider);
    await makeAdmin(rider);
    return { status: 200, params, body: { outcome: 'suspended', note: 'Third time this month.' } };
  },
  createPrivacyZone: () => ({ status: 201, body: { id: crypto.randomUUID(), ...zoneFields } }),
  listPrivacyZones: async (rider) => {
    await zoneOf(rider);
    return { status: 200 };
  },
  updatePrivacyZone: async (rider) => ({ status: 200, params: await zoneOf(rider), body: zoneFields }),
  deletePrivacyZone: async (rider) => ({ status: 204, params: await zoneOf(rider) }),
  getUser: async () => ({ status: 200, params: { id: (await createRider()).id } }),
  listUserJourneys: async () => ({ status: 200, params: await riderUnderWay() }),
  getUserActiveJourney: async () => ({ status: 200, params: await riderUnderWay() }),

  createJourney: () => ({ status: 201, body: { id: crypto.randomUUID(), ...journeyFields } }),
  listJourneys: async (rider) => {
    await journeyOf(rider);
    await journeyOf(rider);
    return { status: 200, query: '?limit=1&status=planned' };
  },
  getJourney: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
  updateJourney: async (rider) => ({ status: 200, params: await journeyOf(rider), body: journeyFields }),
  deleteJourney: async (rider) => ({ status: 204, params: await journeyOf(rider) }),
  activateJourney: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
  deactivateJourney: async (rider) => ({ status: 200, params: await journeyOf(rider) }),
  completeJourney: async (rider) => ({ status: 200, params: await journeyOf(rider) }),

  createMarkers: async (rider) => ({
    status: 201,
    params: await journeyOf(rider),
    body: { id: crypto.randomUUID(), ...markerFields },
  }),
  'createMarkers: several': async (rider) => ({
    status: 201,
    params: await journeyOf(rider),
    body: { markers: [{ id: crypto.randomUUID(), ...markerFields }] },
  }),
  listMarkers: async (rider) => ({
    status: 200,
    params: await markerOf(rider),
    query: '?limit=1&bbox=8.5,46.9,17.2,49.1',
  }),
  getMarker: async (rider) => ({ status: 200, params: await markerOf(rider) }),
  updateMarker: async (rider) => ({ status: 200, params: await markerOf(rider), body: markerFields }),
  deleteMarker: async (rider) => ({ status: 204, params: await markerOf(rider) }),

  importRoute: async (rider) => ({
    status: 201,
    params: await journeyOf(rider),
    query: '?as=plan',
    body: gpx,
    mediaType: 'application/gpx+xml',
  }),
  getItinerary: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider) }),
  getRoute: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider), query: '?max_points=10' }),
  getJourneyStats: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider) }),
  listEncounters: async (rider) => {
    await plannedJourneyOf(await createRider(), { visibility: 'public' });
    return { status: 200, params: await plannedJourneyOf(rider), query: '?radius_m=25000' };
  },
  getMyDisclosures: async (rider) => {
    const viewer = await createRider();
    const { id } = await plannedJourneyOf(viewer);
    await plannedJourneyOf(rider);
    await viewer.get(`/v1/journeys/${id}/nearby`);
    return { status: 200 };
  },
  createConnection: async (rider) => ({
    status: 201,
    body: { encounter_id: await encounterOf(rider, await createRider()), message: 'A coffee near Linz?' },
  }),
  listConnections: async (rider) => {
    await requestOf(rider, await createRider());
    await requestOf(rider, await createRider());
    return { status: 200, query: '?limit=1&state=requested' };
  },
  acceptConnection: async (rider) => ({ status: 200, params: await requestOf(await createRider(), rider) }),
  declineConnection: async (rider) => ({ status: 200, params: await requestOf(await createRider(), rider) }),
  updateConnection: async (rider) => ({ status: 200, params: await connectionOf(rider), body: { exact: true } }),
  deleteConnection: async (rider) => ({ status: 204, params: await connectionOf(rider) }),
  listNotifications: async (rider) => {
    await requestOf(await createRider(), rider);
    await requestOf(await createRider(), rider);
    return { status: 200, query: '?limit=1' };
  },
  readNotifications: async (rider) => {
    await requestOf(await createRider(), rider);
    const { json } = await rider.get('/v1/notifications');
    return { status: 200, body: { up_to: json.items[0].id } };
  },
  listCrowds: async () => {
    await gather();
    return { status: 200, query: '?bbox=-102,51,-98,52&zoom=7&from=2150-06-01&to=2150-06-30' };
  },
  listCrowdsNear: async () => {
    await gather();
    return { status: 200, query: '?lon=-101&lat=51.3&radius_m=25000&from=2150-06-01&to=2150-06-30' };
  },
};

const operationIdOf = (name: string): string => name.split(':', 1).join();

export const exampleNames: readonly string[] = Object.keys(examples);
export const operationIdsWithExamples: ReadonlySet<string> = new Set(exampleNames.map(operationIdOf));
export const operationOf = (name: string): Operation => byId(operationIdOf(name));

/** The operation that an example is of, and the example with everything that it needs in place. */
export async function prepare(name: string, rider: Rider): Promise<{ operation: Operation; example: Example }> {
  const make = examples[name];
  if (!make) throw new Error(`no example ${name}: say in examples.ts how to call it`);
  return { operation: operationOf(name), example: await make(rider) };
}

/** The names of the examples whose operation is so. */
export const examplesWhere = (isWanted: (operation: Operation) => boolean): string[] =>
  exampleNames.filter((name) => isWanted(operationOf(name)));
