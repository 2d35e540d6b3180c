import '../proof/with-quick-hashes.ts';

import { afterAll, expect, test } from 'vitest';
import { stop } from '../proof/kairos.ts';
import { faultOf } from '../proof/races/race.ts';
import { races } from '../proof/races/races.ts';

const atOnce = 20;
// The embedded database carries out one transaction after the other: nothing meets there.
const rounds = process.env.DATABASE_URL ? 10 : 4;

afterAll(stop);

test.each(races)('$title', { timeout: 300_000 }, async (race) => {
  for (let round = 0; round < rounds; round += 1) expect(await faultOf(race, atOnce)).toBeUndefined();
});
