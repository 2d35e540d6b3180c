// npm run attack -- worlds: two worlds differ only in secrets, and strangers send the same requests to both, over every
// endpoint. Neither a response nor a number of round trips may differ.
import '../../../support/help.ts';
import '../../../support/with-repeatable.ts';
import { runEngine } from '../../../support/engine.ts';

await runEngine({
  name: 'worlds',
  command: 'attack -- worlds',
  unit: 'requests',
  count: { full: 10_000, short: 400 },
  controlCount: 1_000,
  async run(wanted) {
    const { askStrangersQuestions } = await import('./two-worlds.ts');
    return await askStrangersQuestions(wanted);
  },
});
