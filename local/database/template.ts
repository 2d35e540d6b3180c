import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join, resolve } from 'node:path';
import { type Embedded, startEmbedded } from './embedded.ts';
import type { Migration } from './migrations.ts';
import { applyMigrations } from './migrator.ts';

/** Increase this if the same migrations lead to a different template. */
const templateFormat = 1;

/** Enough for the template of the first migration, the current one, and those of one or two other branches. */
const maxTemplates = 4;

const hourMs = 3_600_000;

export const cacheFolder = resolve(import.meta.dirname, '../../node_modules/.cache/kairos');

export const databaseVersion = `PGlite ${versionOf('@electric-sql/pglite')} with PostGIS ${versionOf('@electric-sql/pglite-postgis')}`;

/** The cached copy of the PostGIS extension, which Postgres loads. */
export const bundlePath = (cache: string): string =>
  join(cache, `postgis-${versionOf('@electric-sql/pglite-postgis')}.tar.gz`);

/** Returns the dump of a database with these migrations, from the cache or newly made. */
export async function templateFor(
  migrations: readonly Migration[],
  cache: string,
  onProgress: (part: string) => void,
): Promise<string> {
  const file = templatePath(migrations, cache);
  if (touchIfCached(file)) return file;

  // The first migration creates PostGIS and most tables. It takes longest and never changes, so it is cached too.
  const first = migrations.slice(0, 1);
  const base = templatePath(first, cache);
  const hasBase = touchIfCached(base);
  const database = await startEmbedded({ template: hasBase ? base : undefined, bundle: bundlePath(cache) });
  onProgress('Postgres with PostGIS');
  try {
    if (!hasBase) {
      await applyMigrations(database, first);
      await writeTemplate(database, base);
    }
    if (file === base) return file;
    await applyMigrations(database, migrations);
    await writeTemplate(database, file);
    onProgress('tables');
  } finally {
    await database.close();
  }
  deleteOldFiles(cache);
  return file;
}

/** Returns whether the file exists, and marks it as used now. */
function touchIfCached(file: string): boolean {
  if (!existsSync(file)) return false;
  const now = new Date();
  utimesSync(file, now, now);
  return true;
}

function templatePath(migrations: readonly Migration[], cache: string): string {
  const parts = [templateFormat, databaseVersion, ...migrations.map(({ hash }) => hash)];
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return join(cache, `${key}.tar`);
}

async function writeTemplate(database: Embedded, file: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(draft, await database.dump());
  renameSync(draft, file);
}

/** Deletes the least recently used templates, and drafts and other bundles that are older than an hour. */
function deleteOldFiles(cache: string): void {
  const files = readdirSync(cache)
    .map((name) => ({
      file: join(cache, name),
      usedAt: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .toSorted((a, b) => b.usedAt - a.usedAt);
  const templates = files.filter(({ file }) => file.endsWith('.tar')).slice(maxTemplates);
  const leftovers = files.filter(
    ({ file, usedAt }) => !file.endsWith('.tar') && file !== bundlePath(cache) && usedAt < Date.now() - hourMs,
  );
  for (const { file } of [...templates, ...leftovers]) rmSync(file, { force: true });
}

function versionOf(name: string): string {
  const file = findPackageJSON(name, import.meta.url);
  if (file === undefined) throw new Error(`${name} is not installed`);
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
