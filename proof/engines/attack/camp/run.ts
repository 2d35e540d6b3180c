// npm run attack -- camp: measures how well an attacker finds tonight's camp, who knows the route, the name and the
// start, has many accounts and asks without limit.
import '../../../support/help.ts';
import '../../../support/with-quick-hashes.ts';
import { runEngine } from '../../../support/engine.ts';

await runEngine({
  name: 'camp',
  command: 'attack -- camp',
  unit: 'riders',
  count: { full: 200, short: 40 },
  controlCount: 60,
  options: { routes: { type: 'string' }, queries: { type: 'string' }, 'pace-step': { type: 'string' } },
  async run(wanted) {
    const { findCamps } = await import('./find-camps.ts');
    return await findCamps(wanted);
  },
  isControlFound: (lastLine, plainLastLine) => successIn(lastLine) > successIn(plainLastLine) + 20,
});

/** The percentage of near guesses in the last line. */
function successIn(lastLine: string): number {
  return Number(/([\d.]+) % within 2 km/.exec(lastLine)?.[1] ?? Number.NaN);
}
