import createClient from 'openapi-fetch';
import type { components, paths } from '../generated/openapi-fetch/schema.ts';
import { gpx, password, plan, readToken, report, unknownId } from './trip.ts';

type Schemas = components['schemas'];

const [, , api = '', inbox = ''] = process.argv;
const email = 'openapi-fetch@kairos.test';
const client = createClient<paths>({ baseUrl: api });

/** The data of an answer. A problem is thrown. */
function dataOf<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

/** Refuses a code that Kairos does not have when it is compiled. */
const hasCode = (problem: { code: string }, code: Schemas['ProblemCode']): boolean => problem.code === code;

let accessToken = '';
client.use({
  onRequest({ request }) {
    if (accessToken) request.headers.set('Authorization', `Bearer ${accessToken}`);
  },
});

async function signIn(body: Schemas['TokenRequest']): Promise<string> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const tokens = dataOf(await client.POST('/v1/auth/token', { body, headers }));
  if (tokens.token_type !== 'Bearer') throw new Error('The tokens are in cookies.');
  accessToken = tokens.access_token;
  return tokens.refresh_token;
}

dataOf(await client.POST('/v1/auth/register', { body: { email, password, name: 'Anna Weber' } }));
dataOf(await client.POST('/v1/auth/verify-email', { body: { token: await readToken(inbox, email) } }));
const refreshToken = await signIn({ grant_type: 'password', username: email, password });
await signIn({ grant_type: 'refresh_token', refresh_token: refreshToken });
dataOf(await client.PATCH('/v1/me', { body: { adult: true, privacy_zones: 'none' } }));

const retry = { header: { 'Idempotency-Key': crypto.randomUUID() } };
const journey = dataOf(await client.POST('/v1/journeys', { body: plan, params: retry }));
const again = dataOf(await client.POST('/v1/journeys', { body: plan, params: retry }));
const path = { id: journey.id };

const receipt = dataOf(
  await client.POST('/v1/journeys/{id}/imports', {
    params: { path, query: { as: 'plan' } },
    headers: { 'Content-Type': 'application/gpx+xml' },
    body: gpx,
    bodySerializer: (file) => file,
  }),
);

const days: Schemas['PlannedDay'][] = [];
for (let cursor: string | null | undefined; cursor !== null; ) {
  const query = { limit: 2, ...(cursor && { cursor }) };
  const page = dataOf(await client.GET('/v1/journeys/{id}/days', { params: { path, query } }));
  days.push(...page.items);
  cursor = page.next_cursor;
}

const { items: encounters } = dataOf(await client.GET('/v1/journeys/{id}/nearby', { params: { path } }));
const { error } = await client.GET('/v1/journeys/{id}', { params: { path: { id: unknownId } } });
const isGone = error !== undefined && hasCode(error, 'journeys.not_found');

report({ ids: [journey.id, again.id], pointsKept: receipt.points_kept, days, encounters, isGone });
