// npm run attack -- homes: measures how well a stranger finds the door at which all rides of a rider begin, behind a
// privacy zone.
import '../../../support/help.ts';
import '../../../support/with-quick-hashes.ts';
import { runEngine } from '../../../support/engine.ts';

await runEngine({
  name: 'homes',
  command: 'attack -- homes',
  unit: 'homes',
  count: { full: 200, short: 40 },
  controlCount: 40,
  async run(wanted) {
    const { findHomes } = await import('./find-homes.ts');
    return await findHomes(wanted);
  },
});
