// npm run bench -- publishing: sets, moves and deletes a privacy zone of a rider at all limits at once: 20 zones, and two
// public journeys of a million points. It measures the database time of the call and of the work after its response, and
// lets Postgres explain the statements.
import { setTimeout as sleep } from 'node:timers/promises';
import { database, stop, tally } from '../proof/support/kairos.ts';
import { maxWork } from '../src/features/presence/publishing.rules.ts';
import { addLongLines, pointOn } from '../test/features/privacy/long-lines.ts';
import type { Answer } from '../test/support/app.ts';
import { sql } from '../test/support/db.ts';
import { createJourney, createRider, type LonLat } from '../test/support/factories.ts';
import { formatMs } from './discovery/times.ts';
import { markdownTable } from './markdown.ts';

const wests = [-30, 40];
const zoneAt = (coordinates: LonLat) => ({
  name: 'Home',
  coordinates: { type: 'Point', coordinates },
  radius_m: 20_000,
});

const rider = await createRider();
// The lines are added before any zone exists, so that they cost little to cut.
const schedule = { starts_on: '2027-06-01', daily_distance_m: 60_000 };
const journeys = [];
for (const west of wests) journeys.push({ ...(await createJourney(rider, schedule)), west });
await addLongLines(journeys, 4);
for (const { id } of journeys) await rider.patch(`/v1/journeys/${id}`, { visibility: 'public' });
for (let n = 0; n < 19; n += 1) await rider.post('/v1/me/privacy-zones', zoneAt(pointOn(wests[n % 2] ?? 0, n / 5)));
await untilIdle();

/** Waits until nothing runs in the database, also between two pieces of work. */
async function untilIdle(): Promise<void> {
  for (let waits = 0; waits < 20; waits += 1) {
    await sleep(10);
    if (!tally.isIdle()) waits = 0;
  }
}

const rows: string[][] = [];
async function measure(name: string, make: () => Promise<Answer>): Promise<Answer> {
  const [before, trips] = [tally.spentMs(), tally.trips()];
  const answer = await make();
  const [answered, tripsOfCall] = [tally.spentMs(), tally.trips()];
  await untilIdle();
  rows.push([
    name,
    String(answer.status),
    formatMs(answered - before),
    String(Math.max(0, tally.trips() - tripsOfCall)),
    formatMs(tally.spentMs() - answered),
    String(tripsOfCall - trips),
  ]);
  return answer;
}

const set = await measure('the 20th zone is set', () => rider.post('/v1/me/privacy-zones', zoneAt(pointOn(40, 2.5))));
const zone = `/v1/me/privacy-zones/${set.json?.id}`;
const place = { coordinates: { type: 'Point', coordinates: pointOn(40, 1.5) } };
await measure('it is moved', () => rider.patch(zone, place));
await measure('it is deleted', () => rider.delete(zone));
const path = `/v1/journeys/${journeys[0]?.id}`;
await measure('a journey is made private', () => rider.patch(path, { visibility: 'private' }));
await sql`update tracks set zones_revision = null where journey_id = ${journeys[0]?.id ?? ''}`;
await measure('and public again, not cut yet', () => rider.patch(path, { visibility: 'public' }));
console.log(
  markdownTable(
    ['change', 'answer', 'database, ms', 'pieces afterwards', 'their time, ms', 'round trips of the call'],
    rows,
  ),
);

/** What Postgres says of a statement after the zones have changed. */
async function explain(statement: string): Promise<void> {
  const answers = await database.transact([
    { query: 'update users set zones_revision = zones_revision + 1 where id = $1', params: [rider.id] },
    { query: `explain (analyze, buffers) ${statement}`, params: [] },
  ]);
  console.log(`\n${statement}\n${answers[1]?.rows.map(([line]) => line).join('\n')}`);
}

const ids = journeys.map(({ id }) => `'${id}'`).join();
const now = new Date().toISOString();
await explain(`select publish_journeys(array[${ids}]::uuid[], '${now}', ${maxWork.inCommit}, false)`);
await explain(`select continue_publishing('${rider.id}', '${now}', ${maxWork.inPiece})`);
await stop();
process.exit();
