import { afterAll, beforeAll, expect, test } from 'vitest';
import { journeyIdOf, ownerIdOf } from '../../bench/discovery/load.ts';
import { unsent } from '../../bench/discovery/unsent.ts';
import type { Database, Result, Statement } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { selectCrowds, selectCrowdsNear } from '../../src/features/discovery/crowd.repository.ts';
import { bucketsOf, cellsToShow } from '../../src/features/discovery/crowd.rules.ts';
import { discloseEncounters } from '../../src/features/discovery/encounter.repository.ts';
import { cellAt } from '../../src/lib/grid.ts';

// A database of its own, since it is emptied, filled and analyzed.
let database: Database;

const tables = ['presence', 'journeys', 'users'] as const;
type Table = (typeof tables)[number];

beforeAll(async () => {
  database = await createTestDatabase({ url: process.env.DATABASE_URL });
  // The test decides when statistics are collected.
  for (const table of tables) await database.run({ query: `alter table ${table} set (autovacuum_enabled = false)` });
});
afterAll(() => database.close());

/** The embedded database takes longer to fill. */
const sizes = [100, 1_000, process.env.DATABASE_URL ? 10_000 : 4_000] as const;

const idsOf = (prefix: string) => `('${prefix}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;
const numbers = '(n + 1)::bigint * 1640531527 % 2147483647';

/** Journeys from the `from`th to before the `to`th, each of a rider of its own. The first asks; the others ride like it, up to 30 blocks and 80 days away. */
function journeysInserted(from: number, to: number): Statement[] {
  const all = `generate_series(${from}, ${to - 1}) n`;
  const away = (factor: number, most: number) =>
    `case n when 0 then 0 else n * ${factor} % ${2 * most + 1} - ${most} end`;
  return [
    `insert into users (id, email, name, is_adult, created_at, updated_at)
     select ${idsOf('01980000')}, n || '@kairos.test', 'Rider', true, '2025-01-01', '2025-01-01' from ${all}`,
    `insert into journeys (id, no, owner_id, name, visibility, starts_on, daily_distance_m, shift_s, skew, created_at, updated_at)
     select ${idsOf('01990000')}, ${numbers}, ${idsOf('01980000')}, 'Journey', 'discoverable', '2027-06-01', 100000, 0, 0, '2025-01-01', '2025-01-01'
     from ${all}`,
    `insert into presence
     select (135 << 23) + ((40 + day / 2 + ${away(7919, 30)}) << 15) + 3480 + day / 6 + ${away(104_729, 40)}, ${numbers}, 4294967297 << (day % 5)
     from ${all}, generate_series(0, 27, 3) day`,
  ].map((query) => ({ query }));
}

const emptied: Statement[] = [{ query: 'truncate users cascade' }];
const analyzed: Statement[] = [{ query: 'analyze' }];

/** Earlier disclosures are deleted, so that each search finds the same world. */
const forgotten = ['viewings', 'disclosures', 'presence_reaches'].map((table) => ({ query: `delete from ${table}` }));

const windows = { 'within days': 4, 'on any day': undefined } as const;

function search(bucketsApart: number | undefined): Statement {
  const { sql, params } = discloseEncounters(unsent, {
    journeyId: journeyIdOf(0),
    ownerId: ownerIdOf(0),
    reachesM: [25_000, 50_000, 100_000],
    bucketsApart,
    limit: 50,
    orderSeed: 1n,
    joinedBy: new Date('2026-01-01'),
    networkHash: undefined,
    now: new Date('2026-01-01'),
    budgets: { since: new Date(0), maxShown: 1_000_000, maxViewed: 1_000_000, maxViewedOfNetwork: 1_000_000 },
  }).getQuery();
  return { query: sql, params: params.map((param) => (param === null ? null : String(param))) };
}

/** What this session has read since it last reported to the server: rows of whole tables, and blocks of them and their indexes. */
const reads: Statement = {
  query: `
    select t.name, coalesce(pg_stat_get_xact_numscans(t.oid), 0), coalesce(pg_stat_get_xact_blocks_fetched(t.oid), 0)
      + (select sum(coalesce(pg_stat_get_xact_blocks_fetched(i.indexrelid), 0)) from pg_index i where i.indrelid = t.oid)
    from (select name, name::regclass::oid from unnest($1::text[]) name) t (name, oid)`,
  params: [`{${tables.join(',')}}`],
};

type Look = { wholeScans: Record<Table, number>; blocks: number; answer: Result['rows'] };

const looked = (bucketsApart: number | undefined) => [...forgotten, reads, search(bucketsApart), reads];

function lookOf(results: readonly Result[]): Look {
  const [before, { rows: answer } = { rows: [] }, after] = results.slice(-3);
  const since = (table: Table, column: 1 | 2): number => {
    const [then, now] = [before, after].map((result) => result?.rows.find(([name]) => name === table)?.[column]);
    return Number(now) - Number(then);
  };
  return {
    wholeScans: { presence: since('presence', 1), journeys: since('journeys', 1), users: since('users', 1) },
    blocks: tables.reduce((sum, table) => sum + since(table, 2), 0),
    answer,
  };
}

type Seen = { statistics: string; size: number; window: keyof typeof windows; look: Look };

const every = Object.keys(windows) as (keyof typeof windows)[];

/** Each look is planned anew, whatever the session has cached. */
async function look(statistics: string, size: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const window of every) {
    const results = await database.transact([{ query: 'discard plans' }, ...looked(windows[window])]);
    seen.push({ statistics, size, window, look: lookOf(results) });
  }
  return seen;
}

/** A world that starts empty and grows to each of the sizes, with the measurements at each size. */
async function grown(
  statistics: string,
  { before = [], at = () => [] }: { before?: Statement[]; at?: (size: number) => Statement[] } = {},
): Promise<Seen[]> {
  await database.transact([...emptied, ...before]);
  const seen: Seen[] = [];
  let count = 0;
  for (const size of sizes) {
    await database.transact([...journeysInserted(count, size), ...at(size)]);
    count = size;
    seen.push(...(await look(statistics, size)));
  }
  return seen;
}

/** The same in one session, which plans at the smallest size and goes on with that. */
async function grownUnplanned(statistics: string): Promise<Seen[]> {
  const statements = [...emptied];
  const ends: [end: number, size: number, window: keyof typeof windows][] = [];
  let count = 0;
  for (const size of sizes) {
    statements.push(...journeysInserted(count, size));
    count = size;
    for (const window of every) ends.push([statements.push(...looked(windows[window])), size, window]);
  }
  const results = await database.transact(statements);
  return ends.map(([end, size, window]) => ({ statistics, size, window, look: lookOf(results.slice(0, end)) }));
}

let all: Seen[];
beforeAll(async () => {
  // What the statistics are called is what the order makes of them: to empty a table takes back the number of its rows,
  // and leaves what is known of their values.
  all = [
    ...(await grown('never taken')),
    ...(await database.transact(analyzed).then(() => look('taken now', sizes[2]))),
    ...(await grown('of a full world that was emptied since')),
    ...(await grown('of an empty world', { before: analyzed })),
    ...(await grown('of a small world', { at: (size) => (size === sizes[0] ? analyzed : []) })),
    ...(await grownUnplanned('of a small world, as the plans')),
  ];
});

/** From which size on a table is never read whole; what is smaller is a few pages, and read so faster. */
const smallest: Record<Table, number> = { presence: 100, journeys: 1_000, users: 4_000 };

test.each(tables)('the search does not scan all %s with any statistics', (table) => {
  const whole = all.filter(({ size, look: { wholeScans } }) => size >= smallest[table] && wholeScans[table] > 0);
  expect(whole.map(({ statistics, size, window }) => [statistics, size, window])).toEqual([]);
});

const cases = sizes.flatMap((size) => every.map((window) => ({ size, window })));

test.each(cases)(
  'the search among $size journeys ($window) answers and reads the same with any statistics',
  (wanted) => {
    const looks = all.filter(({ size, window }) => size === wanted.size && window === wanted.window);
    expect(looks.length).toBeGreaterThanOrEqual(5);
    const [first] = looks;
    expect(first?.look.answer.length).toBeGreaterThan(1);
    for (const { statistics, look: each } of looks) expect(each.answer, statistics).toEqual(first?.look.answer);
    const blocks = looks.map(({ look: each }) => each.blocks);
    expect(Math.max(...blocks)).toBeLessThan(Math.min(...blocks) * 1.5);
  },
);

/** The steps of the search that stand in its plan: as functions they would read all candidates before the first counts. */
const inlined = [
  'candidates_within',
  'near_journeys',
  'may_be_shown',
  'spans_within',
  'best_meetings',
  'named_journey',
];

test.each(every)('the plan of the search, %s, holds its steps: it calls none of them', async (window) => {
  const [, , , calls] = await database.transact([
    { query: "set local track_functions = 'all'" },
    { query: 'discard plans' },
    search(windows[window]),
    {
      query:
        'select proname, pg_stat_get_xact_function_calls(oid) from pg_proc where pronamespace::regnamespace::text = $1',
      params: ['public'],
    },
  ]);
  const called = (calls?.rows ?? []).filter(([, count]) => Number(count) > 0).map(([name]) => name);
  expect(called).toEqual(expect.arrayContaining(['show_encounters', 'encounters_of']));
  expect(called.filter((name) => inlined.includes(String(name)))).toEqual([]);
});

/** Crowds in every cell between 30° and 60° north, 5° and 9° east, for fourteen months. */
const crowded: Statement = {
  query: `
    insert into crowds
    select 0, (g.grid_row << 11) + g.columns / 2 + slot, bucket, 5
    from grid_rows g, generate_series(g.columns / 72, g.columns / 40) slot, generate_series(6860, 7000) bucket
    where g.grid_row between 534 and 666`,
};

const alps = cellsToShow([5, 43, 17, 49], 8);
const [from, to] = ['2026-09-10', '2026-10-09'];
const buckets = bucketsOf({ from, to }, from);
const maps = {
  'of a box': selectCrowds(unsent, alps.level.level, alps.runs, buckets),
  'around a place': selectCrowdsNear(unsent, cellAt([10, 46]), 200_000, buckets),
};

const crowdScans: Statement = {
  query: "select coalesce(pg_stat_get_xact_numscans('crowds'::regclass), 0)",
};

test.each(Object.entries(maps))('the map %s does not scan all crowds with any statistics', async (_what, map) => {
  const { sql: query, params } = map.getQuery();
  const view: Statement = { query, params: params.map(String) };
  for (const statistics of [[], analyzed]) {
    await database.transact([{ query: 'truncate crowds' }, crowded, ...statistics]);
    const [, before, cells, after] = await database.transact([
      { query: 'discard plans' },
      crowdScans,
      view,
      crowdScans,
    ]);
    expect(cells?.rows.length).toBeGreaterThan(50);
    expect(after?.rows).toEqual(before?.rows);
  }
});
