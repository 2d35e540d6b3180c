import type { Client } from 'pg';
import { maxRowsWithin } from '../../src/features/discovery/encounter.rules.ts';
import { journeyIdOf, ownerIdOf } from './load.ts';
import { databaseMs, deleteReaches } from './searches.ts';

/** Expressions of the place and the bits of the `n`th row of presence, for plans that make a search expensive. */
const plans = {
  'through the crowd, a row a week': [
    '((152 - n / 20 % 5) << 23) | ((67 + n % 10) << 15) | (3425 + n)',
    '4294967297::bigint << (n % 8)',
  ],
  'slowly beside the crowd': ['(152 << 23) | ((67 + n / 17) << 15) | (3425 + n)', '4294967297::bigint << (n % 8)'],
  'slowly where few are': ['(60 << 23) | ((10 + n / 17) << 15) | (3425 + n)', '4294967297::bigint << (n % 8)'],
  'markers far apart in two years': [
    '((100 + n % 10) << 23) | ((20 + n * 7 % 97) << 15) | (3425 + n * 3)',
    '1::bigint << (n % 32)',
  ],
  'markers far apart in a month': [
    '((100 + n % 10) << 23) | ((20 + n * 7 % 97) << 15) | (3425 + n % 5)',
    '1::bigint << (n % 32)',
  ],
} as const;

export type Widest = { plan: string; windowDays: number | 'any'; ms: number; firstMs: number };

const median = (ms: number[]): number => ms.sort((a, b) => a - b)[ms.length >> 1] ?? Number.NaN;

/**
 * Measures searches within 500 km from plans with as many rows of presence as they may have, once after a change of the
 * plan and then five times. `asker` is the number of a journey that does not exist; it is rolled back.
 */
export async function measureWidest(client: Client, asker: number): Promise<Widest[]> {
  const measured: Widest[] = [];
  for (const [plan, [place, visits]] of Object.entries(plans))
    for (const windowDays of [7, 366, 'any'] as const) {
      await client.query('begin');
      await client.query(
        `insert into users (id, email, name, is_adult, created_at, updated_at) values ($1, 'w@bench.kairos.test', 'W', true, '2025-01-01', '2025-01-01')`,
        [ownerIdOf(asker)],
      );
      await client.query(
        `insert into journeys (id, no, owner_id, name, visibility, shift_s, skew, created_at, updated_at)
         values ($1, 2147483600, $2, 'Widest', 'discoverable', 0, 0, '2025-01-01', '2025-01-01')`,
        [journeyIdOf(asker), ownerIdOf(asker)],
      );
      await client.query(
        `insert into presence select ${place}, 2147483600, ${visits} from generate_series(0, ${maxRowsWithin(500_000) - 1}) n`,
      );
      const input = { asker, radiusM: 500_000, windowDays };
      await databaseMs(client, input);
      await deleteReaches(client, asker);
      const firstMs = await databaseMs(client, input);
      const ms: number[] = [];
      for (let n = 0; n < 5; n += 1) ms.push(await databaseMs(client, input));
      await client.query('rollback');
      measured.push({ plan, windowDays, ms: median(ms), firstMs });
    }
  return measured;
}
