import '../../proof/support/with-quick-hashes.ts';

import { afterAll, expect, test } from 'vitest';
import { faultOf } from '../../proof/engines/races/race.ts';
import { races } from '../../proof/engines/races/races.ts';
import { stop } from '../../proof/support/kairos.ts';

const atOnce = 20;
// The embedded database runs one transaction after the other, so nothing happens simultaneously there.
const rounds = process.env.DATABASE_URL ? 10 : 4;

afterAll(stop);

test.each(races)('$title', { timeout: 300_000 }, async (race) => {
  for (let round = 0; round < rounds; round += 1) expect(await faultOf(race, atOnce)).toBeUndefined();
});
