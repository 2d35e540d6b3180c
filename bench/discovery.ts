// npm run bench -- discovery: times encounter searches in a world of a given size, with Kairos's statement and two
// others.
import { parseArgs } from 'node:util';
import { openCalls } from './discovery/calls.ts';
import { count, showView, views } from './discovery/crowds.ts';
import { indexCamps, journeyIdOf, openWorld, worldUrl } from './discovery/load.ts';
import { databaseMs, deleteReaches, join, kairos, predecessor } from './discovery/searches.ts';
import { formatMs, quantile, type Times, timesOf } from './discovery/times.ts';
import { measureWidest } from './discovery/widest.ts';
import { markdownTable } from './markdown.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    journeys: { type: 'string', default: '200000' },
    years: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    askers: { type: 'string', default: '50' },
    /** The number of askers for the two slow statements; 0 skips them. */
    slow: { type: 'string', default: '5' },
    /** Skips the counts for the map, which take minutes. */
    'searches-only': { type: 'boolean', default: false },
  },
});
const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a Postgres with PostGIS whose user may create databases.');

const [seed, journeyCount, years] = [Number(values.seed), Number(values.journeys), Number(values.years)];
const [askerCount, slowCount] = [Number(values.askers), Number(values.slow)];
const maxAskers = 200;
if (askerCount > maxAskers)
  throw new Error(`--askers must be at most ${maxAskers}, since only these journeys have lines`);
const size = { seed, journeyCount, years };
const client = await openWorld(url, size, maxAskers);
if (slowCount > 0) await indexCamps(client);

const calls = await openCalls(client, worldUrl(url, size));
const ours = kairos(client);

const rows: string[][] = [];
for (const radiusM of [25_000, 100_000, 500_000]) {
  const slow = slowCount > 0 ? await timesOf(predecessor(client), slowCount, { radiusM, windowDays: 7 }) : undefined;
  for (const windowDays of [3, 7, 60, 366, 'any'] as const) {
    const own = await timesOf(ours, askerCount, { radiusM, windowDays });
    const inside: number[] = [];
    for (let asker = 0; asker < askerCount; asker += 1)
      inside.push(await databaseMs(client, { asker, radiusM, windowDays }));
    inside.sort((a, b) => a - b);
    const called = await timesOf(calls.search, askerCount, { radiusM, windowDays });
    const joined =
      slow && windowDays === 7 ? await timesOf(join(client), slow.ms.length, { radiusM, windowDays }) : undefined;
    rows.push([
      `${radiusM / 1_000} km, ${windowDays === 'any' ? 'any day' : `${windowDays} days`}`,
      ...[0.5, 0.99].map((share) => formatMs(quantile({ ms: inside }, share))),
      ...[0.5, 0.99].map((share) => formatMs(quantile(own, share))),
      (own.found / own.ms.length).toFixed(1),
      ...[0.5, 0.99].map((share) => formatMs(quantile(called, share))),
      joined && slow ? formatMs(quantile(slow, 0.5)) : '',
      joined ? formatMs(quantile(joined, 0.5)) : '',
      joined && slow
        ? `${(quantile(slow, 0.5) / quantile(own, 0.5)).toFixed(0)} and ${(quantile(joined, 0.5) / quantile(own, 0.5)).toFixed(0)}`
        : '',
    ]);
    console.error(rows.at(-1)?.join('  '));
  }
}

/** Measures a search while a thousand other riders have the same cells and buckets as the asker. */
async function timesOfStart(): Promise<Times> {
  const times: Times = { ms: [], found: 0 };
  for (let asker = 0; asker < Math.min(10, askerCount); asker += 1) {
    await client.query('begin');
    await client.query(
      `insert into presence
       select p.place, o.no, p.visits from presence p join journeys j on j.no = p.journey_no, (select no from journeys order by no limit 1000) o
       where j.id = $1 on conflict do nothing`,
      [journeyIdOf(asker)],
    );
    const wanted = { asker, radiusM: 100_000, windowDays: 7 } as const;
    await ours(wanted);
    const startedAt = performance.now();
    times.found += await ours(wanted);
    times.ms.push(performance.now() - startedAt);
    await client.query('rollback');
  }
  await client.query('vacuum presence');
  times.ms.sort((a, b) => a - b);
  return times;
}

/** The time of Postgres for the first search after a change of the asker's route. */
const firstRows: string[][] = [];
for (const radiusM of [25_000, 100_000, 500_000]) {
  const ms: number[] = [];
  for (let asker = 0; asker < askerCount; asker += 1) {
    await deleteReaches(client, asker);
    ms.push(await databaseMs(client, { asker, radiusM, windowDays: 7 }));
  }
  ms.sort((a, b) => a - b);
  firstRows.push([`${radiusM / 1_000} km, 7 days`, formatMs(quantile({ ms }, 0.5)), formatMs(quantile({ ms }, 0.99))]);
}

const usual: number[] = [];
for (let asker = 0; asker < askerCount; asker += 1)
  usual.push(await databaseMs(client, { asker, radiusM: 100_000, windowDays: 7 }));
const usualMs = quantile({ ms: usual.sort((a, b) => a - b) }, 0.5);
const widestRows = (await measureWidest(client, journeyCount)).map(({ plan, windowDays, ms, firstMs }) => [
  `${plan}, ${windowDays === 'any' ? 'any day' : `${windowDays} days`}`,
  formatMs(ms),
  (ms / usualMs).toFixed(1),
  formatMs(firstMs),
]);

const start = await timesOfStart();
const night = values['searches-only'] ? undefined : await count(client);
const viewRows: string[][] = [];
for (const view of night ? views : []) {
  const ms: number[] = [];
  let cells = 0;
  for (let n = 0; n < 20; n += 1) {
    const startedAt = performance.now();
    cells = await showView(client, view);
    ms.push(performance.now() - startedAt);
  }
  ms.sort((a, b) => a - b);
  viewRows.push([view.name, formatMs(ms[10] ?? 0), formatMs(ms[19] ?? 0), String(cells)]);
}

const [{ version, presence_rows: presenceRows, table_bytes: tableBytes, index_bytes: indexBytes }] = (
  await client.query(`
    select version(), (select reltuples::bigint from pg_class where relname = 'presence') as presence_rows,
      pg_table_size('presence')::float8 as table_bytes, pg_indexes_size('presence')::float8 as index_bytes`)
).rows;
console.log(
  `${journeyCount.toLocaleString('en')} journeys in ${years} years, ${Number(presenceRows).toLocaleString('en')} rows of presence, seed ${seed}, ${askerCount} askers; ${version.split(' (')[0]}`,
);
console.log(
  `${(tableBytes / journeyCount / 1_000).toFixed(2)} kB of table and ${(indexBytes / journeyCount / 1_000).toFixed(2)} kB of index a journey\n`,
);
console.log(
  markdownTable(
    [
      'radius, window',
      'database, ms',
      '99 %',
      'client, ms',
      '99 %',
      'found',
      'call, ms',
      '99 %',
      'predecessor, ms',
      'join, ms',
      'times faster',
    ],
    rows,
  ),
);
console.log('');
console.log(markdownTable(['first after a change', 'database, ms', '99 %'], firstRows));
console.log(`\nThe usual search, 100 km and 7 days, takes ${formatMs(usualMs)} ms just before these:\n`);
console.log(
  markdownTable(['500 km, the longest plan', 'database, ms', 'times the usual', 'first after a change'], widestRows),
);
console.log(
  `\nA thousand riders on the same route and days, 100 km, 7 days: median ${formatMs(quantile(start, 0.5))} ms, maximum ${formatMs(quantile(start, 1))} ms\n`,
);
if (night) {
  console.log(markdownTable(['view of the map', 'median ms', 'max ms', 'cells'], viewRows));
  console.log(
    `\nCounted in ${(night.totalMs / 1_000).toFixed(1)} s, ${(night.longestMs / 1_000).toFixed(1)} s for the longest statement`,
  );
}
await calls.close();
await client.end();
