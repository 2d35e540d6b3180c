// npm run bench -- upkeep: measures the database time of changes of a long plan, and the rows of presence that they
// write.
import { stop, tally } from '../proof/support/kairos.ts';
import type { Answer } from '../test/support/app.ts';
import { sql } from '../test/support/db.ts';
import { createJourney, createRider, gpxOf, type LonLat, type Rider } from '../test/support/factories.ts';
import { formatMs, quantile } from './discovery/times.ts';
import { markdownTable } from './markdown.ts';

const pointCount = 46_000;
const lengthM = 5_000_000;
const metresPerDegree = 111_195;
const times = 9;

/** A winding line eastwards around a quarter of the world. */
const line: LonLat[] = Array.from({ length: pointCount }, (_, n) => {
  const east = (n / pointCount) * (lengthM / metresPerDegree / 0.74);
  return [Number((-60 + east).toFixed(6)), Number((42 + 1.5 * Math.sin(n / 2_500)).toFixed(6))];
});

const marker = {
  name: 'Spring',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [-20, 43] },
  estimated_time: '2027-07-01T12:00:00Z',
};

type Change = { name: string; make: (rider: Rider, path: string, round: number) => Promise<Answer> };

const changes: Change[] = [
  {
    name: `import of ${pointCount.toLocaleString('en')} points`,
    make: (rider, path) =>
      rider.post(`${path}/imports?as=plan`, gpxOf(line), { headers: { 'Content-Type': 'application/gpx+xml' } }),
  },
  { name: 'a marker more', make: (rider, path) => rider.post(`${path}/markers`, marker) },
  {
    name: 'begins a day later',
    make: (rider, path) => rider.patch(path, { starts_on: '2027-06-02' }),
  },
  { name: '110 km a day instead of 100', make: (rider, path) => rider.patch(path, { daily_distance_m: 110_000 }) },
  { name: 'another name', make: (rider, path, round) => rider.patch(path, { name: `Name ${round}` }) },
  { name: 'private', make: (rider, path) => rider.patch(path, { visibility: 'private' }) },
  { name: 'discoverable again', make: (rider, path) => rider.patch(path, { visibility: 'discoverable' }) },
  { name: 'deleted', make: (rider, path) => rider.delete(path) },
];

/** Each row of presence with the transaction that wrote it. */
async function presenceOf(journeyNo: number): Promise<Map<number, string>> {
  const rows = await sql`select place, xmin::text as written from presence where journey_no = ${journeyNo}`;
  return new Map(rows.map(({ place, written }) => [place, written]));
}

const seen = new Map(changes.map(({ name }) => [name, { ms: [] as number[], rows: 0, written: 0, removed: 0 }]));
for (let round = 0; round < times; round += 1) {
  const rider = await createRider();
  const { id } = await createJourney(rider, {
    visibility: 'discoverable',
    starts_on: '2027-06-01',
    daily_distance_m: 100_000,
  });
  const [journey] = await sql`select no from journeys where id = ${id}`;
  for (const { name, make } of changes) {
    const before = await presenceOf(journey?.no);
    const spentMs = tally.spentMs();
    const { status, text } = await make(rider, `/v1/journeys/${id}`, round);
    const ms = tally.spentMs() - spentMs;
    if (status >= 300) throw new Error(`${name} answered ${status}: ${text}`);
    const after = await presenceOf(journey?.no);
    const row = seen.get(name);
    if (!row) continue;
    row.ms.push(ms);
    row.rows = after.size;
    row.written = [...after].filter(([place, written]) => before.get(place) !== written).length;
    row.removed = [...before.keys()].filter((place) => !after.has(place)).length;
  }
}
await stop();

console.log(
  markdownTable(
    ['change', 'database, ms', 'max, ms', 'rows of presence', 'written', 'deleted'],
    [...seen].map(([name, { ms, rows, written, removed }]) => {
      const sorted = { ms: ms.toSorted((a, b) => a - b) };
      const figures = [formatMs(quantile(sorted, 0.5)), formatMs(quantile(sorted, 1)), rows, written, removed];
      return [name, ...figures.map(String)];
    }),
  ),
);
process.exit();
