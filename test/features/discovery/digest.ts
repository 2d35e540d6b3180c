import { mailDigestsJob } from '../../../src/features/discovery/digest.job.ts';
import { addressHash } from '../../../src/features/mail/address-hash.rules.ts';
import { addDays, dayOf } from '../../../src/lib/days.ts';
import { config } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import {
  createJourney,
  createRider,
  freshToken,
  gpxOf,
  importPlan,
  type LonLat,
  type Rider,
} from '../../support/factories.ts';
import { mailsTo } from '../../support/mailer.ts';
import { otherWorker } from '../auth/sign-up.ts';

const worker = otherWorker({});

/** How many encounters of a journey were mailed to its rider. */
export async function mailedCountOf(journeyId: string): Promise<number> {
  const [row] = await sql`
    select count(*)::int from digest_encounters where journey_no = (select no from journeys where id = ${journeyId})`;
  return row?.count ?? 0;
}

export const runDigests = (): Promise<void> => worker.run(mailDigestsJob);

/** The longitudes at which roads begin, 25 roads one below the other; no other test searches there. */
const columns = [-95, -107, -119, -131, 60, 68, 76, 100, 108];
let roads = 0;

/** The first day of every plan. No test moves its clock past it, since plans that are over are in no digest. */
export const firstDay = addDays(dayOf(new Date()), 200);

/** A road of five degrees of longitude (235 to 555 km) on which only the riders of one test are. */
export function ownRoad(): LonLat[] {
  roads += 1;
  const latitude = -5 - (roads % 25) * 2.5;
  const west = columns[Math.floor(roads / 25)];
  if (west === undefined) throw new Error('the tests want more roads: add columns where no other test has riders');
  return Array.from({ length: 101 }, (_, n) => [Number((west + n * 0.05).toFixed(6)), latitude]);
}

export async function createPlan(rider: Rider, road: LonLat[], fields: Record<string, unknown> = {}) {
  const schedule = { visibility: 'discoverable', starts_on: firstDay, daily_distance_m: 100_000 };
  const journey = await createJourney(rider, { ...schedule, ...fields });
  await importPlan(rider, journey.id, gpxOf(road));
  return journey;
}

/** Uses a fresh token, because the rider's access token may have expired. */
export async function setRidersNear(rider: Rider, frequency: 'weekly' | 'never'): Promise<void> {
  const { status, text } = await rider.patch('/v1/me', { riders_near: frequency }, { token: await freshToken(rider) });
  if (status !== 200) throw new Error(`not set: ${text}`);
}

/** Anna wants digests and has a journey with an encounter with one of Ben's. */
export async function createMeeting(theirFields: Record<string, unknown> = {}) {
  const road = ownRoad();
  const anna = await createRider({ name: 'Anna' });
  const ben = await createRider({ name: 'Ben of the Road' });
  const mine = await createPlan(anna, road, { name: 'Source to sea' });
  const theirs = await createPlan(ben, road, { name: 'Westward', ...theirFields });
  await setRidersNear(anna, 'weekly');
  return { anna, ben, mine, theirs, road };
}

/** A run then mails only the riders of one test. */
export const turnOffAllDigests = async (): Promise<void> =>
  void (await sql`update users set riders_near = 'never' where riders_near <> 'never'`);

const subject = 'New riders near your route';

/** The digests to a rider, newest first. A run ends only after its mails are sent, so the list is complete after a run. */
export const digestsTo = async ({ email }: Pick<Rider, 'email'>) =>
  (await mailsTo(email)).filter((mail) => mail.subject === subject);

export const digestCount = async (rider: Pick<Rider, 'email'>): Promise<number> => (await digestsTo(rider)).length;

/** The outbox rows of a rider's unsent digests and mails about connections. */
export async function queuedMailsTo({ email }: Rider): Promise<string[]> {
  const hashes = (['digest', 'connection_request', 'connection_accepted'] as const).map((share) =>
    Buffer.from(addressHash(config.keys.mail[0] ?? new Uint8Array(), share, email)).toString('hex'),
  );
  const rows = await sql`
    select o::text as row from outbox o where encode(address_hash, 'hex') = any(${hashes}) and sealed is not null`;
  return rows.map(({ row }) => row);
}
