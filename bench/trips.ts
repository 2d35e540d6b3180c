// npm run bench -- trips: counts the sequential round trips to the database that each operation waits for.
import '../proof/support/with-quick-hashes.ts';

import { stop } from '../proof/support/kairos.ts';
import { exampleNames, operationOf } from '../test/contract/register.ts';
import { markdownTable } from './markdown.ts';
import { isOverBudget } from './trips/budget.ts';
import { keyUses, measureTrips } from './trips/measure.ts';

const measured = new Map<string, readonly number[]>();
for (const name of exampleNames) measured.set(name, [await measureTrips(name)].flat());

const rows = [...measured].map(([name, trips]) => {
  const { method, path } = operationOf(name);
  return [name, `${method} ${path}`, ...keyUses.map((_, index) => String(trips[index] ?? ''))];
});
console.log(markdownTable(['example', 'call', ...keyUses], rows));

const tooMany = exampleNames.filter((name) => isOverBudget(operationOf(name), measured.get(name) ?? []));
if (tooMany.length > 0) {
  console.error(`more round trips than the budget allows: ${tooMany.join(', ')}`);
  process.exitCode = 1;
}
await stop();
process.exit();
