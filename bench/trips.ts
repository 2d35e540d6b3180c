// npm run bench -- trips: how many sequential trips to the database each operation waits for; `--write` checks it in.
import '../proof/support/with-quick-hashes.ts';

import { parseArgs } from 'node:util';
import { stop } from '../proof/support/kairos.ts';
import { exampleNames, operationOf } from '../test/contract/examples.ts';
import { isOverBudget } from './trips/budget.ts';
import { callOf, tripsOf } from './trips/measure.ts';
import { type Row, readTable, tableOf, writeTable } from './trips/table.ts';

const { values } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });

const known = new Map(readTable().map(({ name, trips }) => [name, trips]));
const rows: Row[] = [];
for (const name of exampleNames) rows.push({ name, call: callOf(name), trips: await tripsOf(name, known.get(name)) });
console.log(tableOf(rows));
if (values.write) writeTable(rows);

const tooMany = rows.filter(({ name, trips }) => isOverBudget(operationOf(name), trips));
if (tooMany.length > 0) {
  console.error(`over the budget: ${tooMany.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
await stop();
process.exit();
