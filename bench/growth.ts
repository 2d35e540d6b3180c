// npm run bench -- growth: times a search with ten times the riders on the same days, and with ten times the years.
import { parseArgs } from 'node:util';
import { openWorld } from './discovery/load.ts';
import { kairos } from './discovery/searches.ts';
import { formatMs, quantile, timesOf } from './discovery/times.ts';
import { markdownTable } from './markdown.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    /** Journeys of the small world, which has two years. */
    journeys: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    askers: { type: 'string', default: '50' },
  },
});
const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a Postgres with PostGIS whose user may create databases.');
const [journeyCount, seed, askers] = [Number(values.journeys), Number(values.seed), Number(values.askers)];
const maxAskers = 200;

const worlds = [
  { name: 'small', journeyCount, years: 2 },
  { name: 'ten times the riders', journeyCount: journeyCount * 10, years: 2 },
  { name: 'ten times the years', journeyCount: journeyCount * 10, years: 20 },
];
const searches = [25_000, 100_000, 500_000].map((radiusM) => ({ radiusM, windowDays: 7 }));

const rows: string[][] = [];
let small: number[] = [];
for (const { name, ...size } of worlds) {
  const client = await openWorld(url, { seed, ...size }, maxAskers);
  const medians: number[] = [];
  let found = 0;
  // The first search inserts disclosures, and reads them with another plan until they are vacuumed.
  for (const search of searches) await timesOf(kairos(client), askers, search);
  await client.query('vacuum analyze viewings, disclosures');
  for (const search of searches) {
    const times = await timesOf(kairos(client), askers, search);
    medians.push(quantile(times, 0.5));
    found += times.found;
  }
  await client.end();
  if (small.length === 0) small = medians;
  rows.push([
    `${name}: ${size.journeyCount.toLocaleString('en')} journeys in ${size.years} years`,
    ...medians.map((ms, index) => `${formatMs(ms)} (${(ms / (small[index] ?? ms)).toFixed(2)})`),
    (found / askers / searches.length).toFixed(1),
  ]);
}
console.log(markdownTable(['world', '25 km, ms (times)', '100 km, ms (times)', '500 km, ms (times)', 'found'], rows));
