// npm run limits: lets a rider who has the most of everything at once use Kairos, and others go beyond each bound. No call
// may end in a timeout, and nobody may pass a bound.
import '../../support/help.ts';
import '../../support/with-quick-hashes.ts';

import { runEngine } from '../../support/engine.ts';
import type { Finding } from '../../support/finding.ts';
import { runCron } from '../../support/kairos.ts';
import { atOnce, bounds, faultOf } from './bounds.ts';
import { createUses, isAnswered } from './uses.ts';

/** The hourly run, which publishes what the calls have left over. */
const hourly = '7 * * * *';

await runEngine({
  name: 'limits',
  unit: 'rounds',
  count: { full: 3, short: 1 },
  controlCount: 1,
  async run({ count }) {
    const findings: Finding[] = [];
    let calls = 0;
    for (let round = 0; round < count; round += 1) {
      for (const bound of bounds) {
        const fault = await faultOf(bound);
        if (fault) findings.push({ kind: 'a bound is passed', detail: `round ${round}: ${fault}` });
      }
      for (const { name, call } of await createUses()) {
        const answer = await call();
        calls += 1;
        if (!isAnswered(answer))
          findings.push({ kind: name, detail: `round ${round}: ${answer.status} ${answer.text.slice(0, 200)}` });
        await runCron(hourly);
      }
    }
    return { figures: { 'calls at all limits': calls, bounds: bounds.length, 'at once': atOnce }, findings };
  },
});
