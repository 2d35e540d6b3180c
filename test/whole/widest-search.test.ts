import { afterAll, beforeAll, expect, test } from 'vitest';
import { journeyIdOf, ownerIdOf } from '../../bench/discovery/load.ts';
import { unsent } from '../../bench/discovery/unsent.ts';
import type { Database, Statement } from '../../local/database/database.ts';
import { createTestDatabase } from '../../local/database/test-database.ts';
import { discloseEncounters } from '../../src/features/discovery/encounter.repository.ts';
import { bucketsWithin, maxRowsWithin, reachesOf } from '../../src/features/discovery/encounter.rules.ts';

// A database of its own, since the counts depend on every journey in it.
let database: Database;

const riderCount = 3_000;
const [usual, scattered, slow] = [riderCount, riderCount + 1, riderCount + 2];
const idOf = (prefix: string, n: string) => `('${prefix}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const numbers = '(n + 1)::bigint * 1640531527 % 2147483647';

/** A crowd of riders in one valley in two years, a rider among them with a month, and two far away with the longest plans. */
const world: Statement[] = [
  `insert into users (id, email, name, is_adult, created_at, updated_at)
   select ${idOf('01980000', 'n')}, n || '@kairos.test', 'Rider', true, '2025-01-01', '2025-01-01' from generate_series(0, ${slow}) n`,
  `insert into journeys (id, no, owner_id, name, visibility, starts_on, daily_distance_m, shift_s, skew, created_at, updated_at)
   select ${idOf('01990000', 'n')}, ${numbers}, ${idOf('01980000', 'n')}, 'Journey', 'discoverable', '2027-06-01', 100000, 0, 0, '2025-01-01', '2025-01-01'
   from generate_series(0, ${slow}) n`,
  `insert into presence
   select (135 << 23) | ((40 + row) << 15) | (3480 + n % 120), ${numbers}, 4294967295 << (n % 32) from generate_series(0, ${usual - 1}) n, generate_series(0, 4) row`,
  `insert into presence
   select (135 << 23) | ((40 + row) << 15) | (3500 + row), ${numbers}, 4294967297 from generate_series(${usual}, ${usual}) n, generate_series(0, 4) row`,
  `insert into presence
   select ((60 + row % 10) << 23) | ((20 + row * 7 % 97) << 15) | (3480 + row), ${numbers}, 1::bigint << (row % 32)
   from generate_series(${scattered}, ${scattered}) n, generate_series(0, ${maxRowsWithin(500_000) - 1}) row`,
  `insert into presence
   select (60 << 23) | ((10 + row / 17) << 15) | (3480 + row), ${numbers}, 4294967297 << (row % 8)
   from generate_series(${slow}, ${slow}) n, generate_series(0, ${maxRowsWithin(500_000) - 1}) row`,
  'analyze',
].map((query) => ({ query }));

beforeAll(async () => {
  database = await createTestDatabase({ url: process.env.DATABASE_URL });
  await database.transact(world);
});
afterAll(() => database.close());

const indexes = ['presence_pkey', 'presence_part_idx', 'presence_journey_no_idx'];
const scans: Statement = {
  query: 'select sum(coalesce(pg_stat_get_xact_numscans(name::regclass), 0)) from unnest($1::text[]) name',
  params: [`{${indexes.join(',')}}`],
};

type Search = { asker: number; radiusM: number; windowDays: number | 'any'; views?: number };

function statementOf({ asker, radiusM, windowDays, views = 1_000_000 }: Search): Statement {
  const { sql, params } = discloseEncounters(unsent, {
    journeyId: journeyIdOf(asker),
    ownerId: ownerIdOf(asker),
    reachesM: reachesOf(radiusM),
    bucketsApart: windowDays === 'any' ? undefined : bucketsWithin(windowDays),
    limit: 50,
    orderSeed: 7n,
    joinedBy: new Date('2026-01-01'),
    networkHash: undefined,
    now: new Date('2026-01-01'),
    budgets: { since: new Date(0), maxShown: 1_000_000, maxViewed: views, maxViewedOfNetwork: 1_000_000 },
  }).getQuery();
  return { query: sql, params: params.map((param) => (param === null ? null : String(param))) };
}

/** How many lookups in presence a search makes whose reaches are stored, and how many encounters it finds. */
async function look(search: Search): Promise<{ lookups: number; found: number }> {
  await database.transact([statementOf(search)]);
  const [before, answer, after] = await database.transact([scans, statementOf(search), scans]);
  return { lookups: Number(after?.rows[0]?.[0]) - Number(before?.rows[0]?.[0]), found: answer?.rows.length ?? 0 };
}

test('a usual search in a crowd looks up a few hundred spans', async () => {
  const { lookups, found } = await look({ asker: usual, radiusM: 100_000, windowDays: 7 });
  expect(found).toBe(50);
  expect(lookups).toBeLessThan(400);
});

const windows = [0, 7, 60, 366, 'any'] as const;

test.each([
  { plan: 'markers far apart', asker: scattered, windowDays: 0, most: 18_000 },
  { plan: 'markers far apart', asker: scattered, windowDays: 366, most: 18_000 },
  { plan: 'markers far apart', asker: scattered, windowDays: 'any', most: 9_000 },
  { plan: 'a slow ride', asker: slow, windowDays: 7, most: 11_000 },
  { plan: 'a slow ride', asker: slow, windowDays: 366, most: 3_500 },
  { plan: 'a slow ride', asker: slow, windowDays: 'any', most: 600 },
] as const)(
  'the widest search from the longest plan, $plan, window $windowDays, looks up at most $most spans',
  async ({ asker, windowDays, most }) => {
    const { lookups } = await look({ asker, radiusM: 500_000, windowDays });
    expect(lookups).toBeGreaterThan(100);
    expect(lookups).toBeLessThan(most);
  },
);

test.each(windows)(
  'a search of a viewer with no budget looks up only journeys that were shown before, window %s',
  async (windowDays) => {
    await look({ asker: usual, radiusM: 500_000, windowDays: 'any' });
    const { lookups, found } = await look({ asker: usual, radiusM: 500_000, windowDays, views: 0 });
    expect(found).toBeGreaterThan(0);
    // At most 300 journeys in each of five bands.
    expect(lookups).toBeLessThan(1_600);
  },
);
