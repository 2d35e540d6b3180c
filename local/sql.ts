// npm run sql: shows what a statement reads from the database of the running npm start.
import { neon, neonConfig } from '@neondatabase/serverless';
import { table } from './demo/table.ts';
import { answerHelp } from './stack/help.ts';
import { parseOptions } from './stack/options.ts';
import { fail, Refusal } from './stack/refusal.ts';
import { findOwnDatabase } from './stack/running.ts';

const usage = `npm run sql -- "select ..."            prints the rows; the transaction is read-only
npm run sql -- --write "update ..."    may change rows`;

function textOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function main(): Promise<void> {
  const { positionals, values } = parseOptions(
    { args: process.argv.slice(2), allowPositionals: true, options: { write: { type: 'boolean', default: false } } },
    usage,
  );
  const [statement, ...rest] = positionals;
  if (!statement || rest.length > 0) throw new Refusal(usage);
  const { url, endpoint } = await findOwnDatabase();
  neonConfig.fetchEndpoint = endpoint;
  const sql = neon(url, { fullResults: true, arrayMode: true });
  const [result] = await sql
    .transaction([sql.query(statement)], { readOnly: !values.write })
    .catch((error: unknown) => {
      throw new Refusal(error instanceof Error ? error.message : String(error));
    });
  if (!result) return;
  const { fields, rows, rowCount } = result;
  const names = fields.map(({ name }) => name);
  if (names.length > 0)
    console.log(
      table(
        names,
        rows.map((row) => row.map(textOf)),
      ),
    );
  console.log(`${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`);
}

answerHelp(usage);
await main().catch(fail);
