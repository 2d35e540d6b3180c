// An attacker who knows the route, the name and the start, holds many accounts and asks as often as they like: how well
// can they say where tonight's camp is?
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

/** How many guesses of a hundred were near, as the last line has it. */
function successIn(lastLine: string): number {
  return Number(/([\d.]+) % within 2 km/.exec(lastLine)?.[1] ?? Number.NaN);
}
