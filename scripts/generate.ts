// npm run db:generate -- --name <what_it_does>: writes one migration with all changes of tables, functions and views.
// With --custom it writes an empty migration for your own SQL.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { changesTo, differencesBetween, dropAll, install, readCatalog } from '../local/database/catalog.ts';
import type { Database } from '../local/database/database.ts';
import { readDefinitions } from '../local/database/definitions.ts';
import { hashFaults, readHashes, recordHashes } from '../local/database/hashes.ts';
import { migrationsFolder, readMigrations, statementsOf } from '../local/database/migrations.ts';
import { applyMigrations } from '../local/database/migrator.ts';
import { openEmbedded } from '../local/database/open-embedded.ts';
import { answerHelp } from '../local/stack/help.ts';
import { fail, Refusal } from '../local/stack/refusal.ts';
import { root, saysNoChange, showTool } from './tool.ts';

answerHelp(`npm run db:generate -- --name <what_it_does>             writes a migration from changed tables, functions and views
npm run db:generate -- --name <what_it_does> --custom    writes an empty migration for your own SQL
npm run db:generate                                      records the hashes of new migrations`);

const breakpoint = '\n--> statement-breakpoint\n';

/** Returns the .sql file that drizzle-kit adds to the folder, or undefined if the tables have not changed. */
async function generateIn(folder: string, ...options: string[]): Promise<string | undefined> {
  const filesIn = (): string[] => readdirSync(folder).filter((file) => file.endsWith('.sql'));
  const before = filesIn();
  const schema = ['--dialect', 'postgresql', '--schema', './src/features/**/*.table.ts'];
  const output = await showTool('drizzle-kit', ['generate', ...schema, '--out', relative(root, folder), ...options]);
  const added = filesIn().find((file) => !before.includes(file));
  if (added !== undefined) return join(folder, added);
  if (!saysNoChange(output))
    throw new Refusal(
      'drizzle-kit wrote no migration: its output is above. It cannot tell a renamed column from a deleted and a new one. Write two migrations, the first one with the new column.',
    );
  return undefined;
}

/** Runs work with a database that has all existing migrations. */
async function withMigrated<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { database } = await openEmbedded({ memory: true });
  return work(database).finally(database.close);
}

async function generate(name: string | undefined, draft: string): Promise<string> {
  const definitions = readDefinitions(migrationsFolder);
  const tables = await generateIn(draft, '--name', name ?? 'unnamed');

  const { wanted, changes } = await withMigrated(async (database) => {
    const migrated = await readCatalog(database);
    // Views are dropped first, since Postgres cannot change columns that a view reads.
    await dropAll(database);
    await applyMigrations(database, readMigrations(draft));
    const wanted = await install(database, definitions);
    return { wanted, changes: changesTo(wanted, migrated, definitions) };
  });

  const { drops, creates } = changes;
  if (tables === undefined && drops.length + creates.length === 0) return 'The migrations are up to date.';
  if (name === undefined) {
    const first = [...drops, ...creates].map((statement) => statement.split('\n')[0]);
    const list = [...(tables === undefined ? [] : ['(the tables)']), ...first].map((line) => `  ${line}`).join('\n');
    throw new Refusal(`A new migration is needed. Name it: npm run db:generate -- --name <what_it_does>\n${list}`);
  }

  const file = tables ?? (await generateIn(draft, '--name', name, '--custom'));
  if (file === undefined) throw new Error('drizzle-kit wrote no file');
  const alterations = tables === undefined ? [] : statementsOf(readFileSync(tables, 'utf8'));
  writeFileSync(file, `${[...drops, ...alterations, ...creates].join(breakpoint)}\n`);
  await withMigrated(async (database) => {
    await applyMigrations(database, readMigrations(draft));
    const differences = differencesBetween(await readCatalog(database), wanted);
    if (differences.length > 0)
      throw new Error(`The migration does not lead to the wanted functions and views:\n${differences.join('\n')}`);
  }).catch((cause: unknown) => {
    const text = readFileSync(file, 'utf8');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(
      `${reason}\nWrite the migration yourself: npm run db:generate -- --name ${name} --custom. The failed migration was:\n\n${text}`,
    );
  });

  recordHashes(draft);
  cpSync(draft, migrationsFolder, { recursive: true });
  return `Wrote migrations/${relative(draft, file)}. Review it.`;
}

async function main(): Promise<string> {
  const { values } = parseArgs({ options: { name: { type: 'string' }, custom: { type: 'boolean', default: false } } });
  const { name, custom } = values;
  if (name !== undefined && !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))
    throw new Refusal(`${name} is not a valid name. Use lower case and underscores, as in add_story_length.`);
  recordHashes(migrationsFolder);
  const faults = hashFaults(readMigrations(migrationsFolder), readHashes(migrationsFolder));
  if (faults.length > 0) throw new Refusal(faults.join('\n'));

  if (custom) {
    if (name === undefined)
      throw new Refusal('Name the migration: npm run db:generate -- --custom --name <what_it_does>');
    await generateIn(migrationsFolder, '--name', name, '--custom');
    return 'Write the SQL into the new file. Then run npm run db:generate to record its hash.';
  }
  const draft = mkdtempSync(join(tmpdir(), 'kairos-migrations-'));
  try {
    cpSync(migrationsFolder, draft, { recursive: true });
    return await generate(name, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

try {
  console.log(await main());
} catch (error) {
  fail(error);
}
