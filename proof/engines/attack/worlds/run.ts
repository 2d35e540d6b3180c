// Two worlds that differ only in what strangers may not learn are asked the same by strangers, over every endpoint: no
// answer, and no number of trips to the database, may tell which of the two it is.
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
