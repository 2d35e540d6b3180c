// npm run check: runs all checks that need no tests. It continues after a failure, so that one run shows all faults.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { differencesBetween, dropAll, install, readCatalog } from '../local/database/catalog.ts';
import { readDefinitions } from '../local/database/definitions.ts';
import { hashFaults, readHashes } from '../local/database/hashes.ts';
import { migrationsFolder, readMigrations } from '../local/database/migrations.ts';
import { openEmbedded } from '../local/database/open-embedded.ts';
import { answerHelp } from '../local/stack/help.ts';
import { documentFaults } from './document-faults.ts';
import { lintDocument } from './lint-document.ts';
import { type Outcome, root, runNode, runTool, saysNoChange } from './tool.ts';

answerHelp('npm run check    checks lint, types, generated files, migrations, the lockfile and the size of the bundle');

const passed = (output = ''): Outcome => ({ ok: true, output });
const failed = (output: string): Outcome => ({ ok: false, output });

/** Checks that openapi.json matches the routes. */
async function checkOpenApi(): Promise<Outcome> {
  const file = join(root, 'openapi.json');
  const read = () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const before = read();
  const written = await runNode(['scripts/openapi.ts']);
  if (!written.ok) return written;
  return read() === before
    ? passed()
    : failed('openapi.json was out of date and has been rewritten. Review the change and commit it.');
}

/** Checks openapi.json with the rules of its linters and with our own. */
async function checkDocument(): Promise<Outcome> {
  const text = readFileSync(join(root, 'openapi.json'), 'utf8');
  const faults = [...documentFaults(JSON.parse(text)), ...(await lintDocument(text))];
  return faults.length === 0 ? passed() : failed(faults.join('\n'));
}

/** Checks that the migrations create the tables of the code, and that no migration was edited. */
async function checkMigrations(): Promise<Outcome> {
  const faults = hashFaults(readMigrations(migrationsFolder), readHashes(migrationsFolder));
  if (faults.length > 0) return failed(faults.join('\n'));
  const copy = mkdtempSync(join(tmpdir(), 'kairos-migrations-'));
  try {
    cpSync(join(root, 'migrations'), copy, { recursive: true });
    const before = readdirSync(copy).length;
    const schema = ['--dialect', 'postgresql', '--schema', './src/features/**/*.table.ts'];
    const outcome = await runTool('drizzle-kit', ['generate', ...schema, '--out', relative(root, copy)]);
    if (readdirSync(copy).length === before) return saysNoChange(outcome.output) ? outcome : failed(outcome.output);
    return failed(
      `${outcome.output}\nThe tables have changed. Run npm run db:generate -- --name <what_it_does> to write the migration.`,
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Checks that a migrated database has the functions, views and triggers of their files. */
async function checkFunctions(): Promise<Outcome> {
  const { database } = await openEmbedded({ memory: true });
  try {
    const migrated = await readCatalog(database);
    await dropAll(database);
    const differences = differencesBetween(migrated, await install(database, readDefinitions(migrationsFolder)));
    if (differences.length === 0) return passed();
    return failed(
      `${differences.join('\n')}\nRun npm run db:generate -- --name <what_it_does> to write the migration.`,
    );
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    await database.close();
  }
}

/** Checks that npm can verify every package of the lockfile. npm leaves the hash out for some optional packages. */
function checkLockfile(): Outcome {
  const lock: unknown = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { packages } = Lockfile.parse(lock);
  const bare = Object.entries(packages).filter(([path, { integrity, link }]) => path !== '' && !link && !integrity);
  if (bare.length === 0) return passed();
  const names = bare.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
  return failed(
    `Without integrity in package-lock.json. Add what npm view <name> dist.integrity prints:\n${names.join('\n')}`,
  );
}

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional(), link: z.boolean().optional() }),
  ),
});

const steps: readonly [name: string, run: () => Promise<Outcome>][] = [
  ['lint and format', () => runTool('biome', ['ci', '--colors=off', '.'])],
  ['types of src', () => runTool('tsc', ['-p', '.'])],
  ['types of test', () => runTool('tsc', ['-p', 'test'])],
  ['types of local', () => runTool('tsc', ['-p', 'local'])],
  ['types of proof', () => runTool('tsc', ['-p', 'proof'])],
  ['types of bindings', () => runTool('wrangler', ['types', '--check'])],
  ['lockfile', async () => checkLockfile()],
  ['openapi.json', checkOpenApi],
  ['API document', checkDocument],
  ['migrations', checkMigrations],
  ['functions', checkFunctions],
  ['bundle', () => runNode(['scripts/bundle.ts'])],
];

for (const [name, run] of steps) {
  const startedAt = performance.now();
  const { ok, output } = await run();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const detail = name === 'bundle' ? output.trim() : '';
  console.log(`${ok ? '✓' : '✗'} ${name.padEnd(18)} ${seconds.padStart(5)} s  ${ok ? detail : ''}`.trimEnd());
  if (ok) continue;
  console.log(`\n${output.trim()}\n`);
  process.exitCode = 1;
}
