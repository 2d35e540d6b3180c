// npm run races: makes calls that may succeed only once many times at once.
import '../../support/help.ts';
import '../../support/with-quick-hashes.ts';

import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { faultOf } from './race.ts';
import { races } from './races.ts';

const atOnce = 50;

await runEngine({
  name: 'races',
  unit: 'rounds',
  count: { full: 200, short: 10 },
  controlCount: 10,
  // Runs only the races whose title contains this text.
  options: { only: { type: 'string' } },
  async run({ count, values: { only = '' } }) {
    const wanted = races.filter(({ title }) => title.includes(only));
    if (wanted.length === 0) throw new Error(`No race has “${only}” in its title.`);
    const findings: Finding[] = [];
    let attempts = 0;
    for (let round = 0; round < count; round += 1) {
      for (const race of wanted) {
        const fault = await faultOf(race, atOnce);
        attempts += atOnce;
        if (fault) findings.push({ kind: race.title, detail: `round ${round}: ${fault}` });
      }
    }
    return { figures: { races: wanted.length, 'at once': atOnce, attempts }, findings };
  },
});
