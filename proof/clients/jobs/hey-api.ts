import {
  createJourney,
  createToken,
  getJourney,
  importRoute,
  listEncounters,
  listJourneyDays,
  type PlannedDay,
  type ProblemCode,
  register,
  type TokenRequest,
  updateMe,
  verifyEmail,
} from '../generated/hey-api';
import { client } from '../generated/hey-api/client.gen.ts';
import { gpx, password, plan, readToken, report, unknownId } from './trip.ts';

const [, , api = '', inbox = ''] = process.argv;
const email = 'hey-api@kairos.test';
client.setConfig({ baseUrl: api });
const throwOnError = true;

/** Refuses a code that Kairos does not have when it is compiled. */
const hasCode = (problem: { code: string }, code: ProblemCode): boolean => problem.code === code;

async function signIn(body: TokenRequest): Promise<string> {
  const { data: tokens } = await createToken({ body, throwOnError });
  if (tokens.token_type !== 'Bearer') throw new Error('The tokens are in cookies.');
  client.setConfig({ auth: tokens.access_token });
  return tokens.refresh_token;
}

await register({ body: { email, password, name: 'Anna Weber' }, throwOnError });
await verifyEmail({ body: { token: await readToken(inbox, email) }, throwOnError });
const refreshToken = await signIn({ grant_type: 'password', username: email, password });
await signIn({ grant_type: 'refresh_token', refresh_token: refreshToken });
await updateMe({ body: { adult: true, privacy_zones: 'none' }, throwOnError });

const headers = { 'Idempotency-Key': crypto.randomUUID() };
const { data: journey } = await createJourney({ body: plan, headers, throwOnError });
const { data: again } = await createJourney({ body: plan, headers, throwOnError });
const path = { id: journey.id };
const { data: receipt } = await importRoute({ path, query: { as: 'plan' }, body: new Blob([gpx]), throwOnError });

const days: PlannedDay[] = [];
for (let cursor: string | null | undefined; cursor !== null; ) {
  const { data: page } = await listJourneyDays({ path, query: { limit: 2, ...(cursor && { cursor }) }, throwOnError });
  days.push(...page.items);
  cursor = page.next_cursor;
}

const { data: page } = await listEncounters({ path, throwOnError });
const { error } = await getJourney({ path: { id: unknownId } });
const isGone = error !== undefined && hasCode(error, 'journeys.not_found');

report({ ids: [journey.id, again.id], pointsKept: receipt.points_kept, days, encounters: page.items, isGone });
