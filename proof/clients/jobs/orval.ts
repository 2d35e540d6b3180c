import {
  createJourney,
  createToken,
  getJourney,
  type IssuedTokens,
  importRoute,
  listEncounters,
  listJourneyDays,
  type PlannedDay,
  register,
  updateMe,
  verifyEmail,
} from '../generated/orval/kairos.ts';
import { ProblemError, settings } from './orval-fetch.ts';
import { gpx, password, plan, readToken, report, unknownId } from './trip.ts';

const [, , api = '', inbox = ''] = process.argv;
const email = 'orval@kairos.test';
settings.api = api;

function useTokens(tokens: IssuedTokens): string {
  if (tokens.token_type !== 'Bearer') throw new Error('The tokens are in cookies.');
  settings.accessToken = tokens.access_token;
  return tokens.refresh_token;
}

await register({ email, password, name: 'Anna Weber' });
await verifyEmail({ token: await readToken(inbox, email) });
const refreshToken = useTokens(await createToken({ grant_type: 'password', username: email, password }));
useTokens(await createToken({ grant_type: 'refresh_token', refresh_token: refreshToken }));
await updateMe({ adult: true, privacy_zones: 'none' });

const retry = { headers: { 'Idempotency-Key': crypto.randomUUID() } };
const journey = await createJourney(plan, retry);
const again = await createJourney(plan, retry);
const receipt = await importRoute(journey.id, new Blob([gpx]), { as: 'plan' });

const days: PlannedDay[] = [];
for (let cursor: string | null | undefined; cursor !== null; ) {
  const page = await listJourneyDays(journey.id, { limit: 2, ...(cursor && { cursor }) });
  days.push(...page.items);
  cursor = page.next_cursor;
}

const { items: encounters } = await listEncounters(journey.id);

let isGone = false;
try {
  await getJourney(unknownId);
} catch (error) {
  isGone = error instanceof ProblemError && error.has('journeys.not_found');
}

report({ ids: [journey.id, again.id], pointsKept: receipt.points_kept, days, encounters, isGone });
