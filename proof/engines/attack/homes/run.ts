// A stranger who gets all that is shown of rides which begin at one door, behind a privacy zone: where is the door?
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
