// npm run rows [-- B3 C4]: lists the tests that prove each row of docs/security.md.
import { answerHelp } from '../local/stack/help.ts';
import { read } from '../test/architecture/files.ts';
import { type Row, rowsOf } from '../test/documents/rows/document.ts';
import { faultsBetween } from '../test/documents/rows/faults.ts';
import { titlesOfProject } from '../test/documents/rows/project.ts';

answerHelp(`npm run rows              lists the tests that prove each row of docs/security.md
npm run rows -- B3 C4     lists those of some rows`);

const wanted = process.argv.slice(2);
const rows = rowsOf(read('docs/security.md'));
const titles = titlesOfProject();
const proofsOf = ({ id }: Row) => titles.filter(({ ids }) => ids.includes(id));

for (const row of rows.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  console.log(`\n${row.id}  ${row.promise}`);
  for (const { file, text } of proofsOf(row)) console.log(`    ${text}  (${file})`);
  if (row.why !== undefined) console.log(`    not yet: ${row.why}`);
}

const unproven = rows.filter((row) => proofsOf(row).length === 0);
const reasons = Map.groupBy(unproven, ({ why }) => why ?? 'no reason given');
console.log(`\n${rows.length - unproven.length} of ${rows.length} rows have a test. Rows without a test:`);
for (const [why, list] of reasons) console.log(`  ${why}: ${list.map(({ id }) => id).join(', ')}`);

const faults = faultsBetween(rows, titles);
if (faults.length > 0) console.log(`\n${faults.join('\n')}`);
process.exitCode = faults.length > 0 ? 1 : 0;
