// npm run db:generate -- --name <what_it_does>: writes one migration with what the tables, functions and views are ahead
// of the migrations. With --custom it writes an empty one, for SQL of your own.
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
import { openEmbedded } from '../local/database/snapshot.ts';
import { fail, Refusal } from '../local/stack/refusal.ts';
import { root, saysNoChange, showTool } from './tool.ts';

const breakpoint = '\n--> statement-breakpoint\n';

/** The .sql file that drizzle-kit adds to the folder; undefined where the tables have not changed. */
async function generateIn(folder: string, ...options: string[]): Promise<string | undefined> {
  const filesIn = (): string[] => readdirSync(folder).filter((file) => file.endsWith('.sql'));
  const before = filesIn();
  const schema = ['--dialect', 'postgresql', '--schema', './src/features/**/*.table.ts'];
  const output = await showTool('drizzle-kit', ['generate', ...schema, '--out', relative(root, folder), ...options]);
  const added = filesIn().find((file) => !before.includes(file));
  if (added !== undefined) return join(folder, added);
  if (!saysNoChange(output))
    throw new Refusal(
      'drizzle-kit wrote nothing: see above. Where a column is gone and another is new it asks which it is, and cannot be answered: make two migrations, the new column first.',
    );
  return undefined;
}

/** Does something with a database that has the migrations up to now. */
async function withMigrated<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { database } = await openEmbedded({ memory: true });
  return work(database).finally(database.close);
}

async function generate(name: string | undefined, draft: string): Promise<string> {
  const definitions = readDefinitions(migrationsFolder);
  const tables = await generateIn(draft, '--name', name ?? 'unnamed');

  const { wanted, changes } = await withMigrated(async (database) => {
    const migrated = await readCatalog(database);
    // First, since a view would keep the columns that it reads.
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
    throw new Refusal(
      `There is a migration to write. Say what it does: npm run db:generate -- --name <what_it_does>\n${list}`,
    );
  }

  const file = tables ?? (await generateIn(draft, '--name', name, '--custom'));
  if (file === undefined) throw new Error('drizzle-kit wrote no file');
  const alterations = tables === undefined ? [] : statementsOf(readFileSync(tables, 'utf8'));
  writeFileSync(file, `${[...drops, ...alterations, ...creates].join(breakpoint)}\n`);
  await withMigrated(async (database) => {
    await applyMigrations(database, readMigrations(draft));
    const differences = differencesBetween(await readCatalog(database), wanted);
    if (differences.length > 0) throw new Error(`It leads to something else:\n${differences.join('\n')}`);
  }).catch((cause: unknown) => {
    const text = readFileSync(file, 'utf8');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(
      `${reason}\nWrite it yourself: npm run db:generate -- --name ${name} --custom. This was tried:\n\n${text}`,
    );
  });

  recordHashes(draft);
  cpSync(draft, migrationsFolder, { recursive: true });
  return `Wrote migrations/${relative(draft, file)}: read it.`;
}

async function main(): Promise<string> {
  const { values } = parseArgs({ options: { name: { type: 'string' }, custom: { type: 'boolean', default: false } } });
  const { name, custom } = values;
  if (name !== undefined && !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))
    throw new Refusal(`${name} is not a name such as add_story_length: lower case, words joined by underscores.`);
  recordHashes(migrationsFolder);
  const faults = hashFaults(readMigrations(migrationsFolder), readHashes(migrationsFolder));
  if (faults.length > 0) throw new Refusal(faults.join('\n'));

  if (custom) {
    if (name === undefined)
      throw new Refusal('Say what it does: npm run db:generate -- --custom --name <what_it_does>');
    await generateIn(migrationsFolder, '--name', name, '--custom');
    return 'Write the migration, then run npm run db:generate, which records its hash.';
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
