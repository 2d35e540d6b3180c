import { Refusal } from '../stack/refusal.ts';
import type { Database } from './database.ts';
import { startEmbedded } from './embedded.ts';
import { claimFolder } from './folder.ts';
import { type Migration, MigrationRefused, migrationsFolder, readMigrations } from './migrations.ts';
import { applyMigrations } from './migrator.ts';
import { bundlePath, cacheFolder, databaseVersion, templateFor } from './template.ts';

export type EmbeddedOptions = ({ folder: string } | { memory: true }) & {
  migrations?: string;
  cache?: string;
  /** Called with each finished part of a new database, which takes many seconds without the cache. */
  onProgress?: (part: string) => void;
  requestTimeoutMs?: number;
};

export type OpenDatabase = {
  database: Database;
  /** The database contains only the rows of the migrations. */
  isNew: boolean;
  /** Tags of the migrations that were applied to an older data folder. */
  applied: string[];
};

/**
 * Opens the embedded Postgres with every migration applied, in memory or in a data folder, which it creates if needed.
 */
export async function openEmbedded({
  migrations: migrationsIn = migrationsFolder,
  cache = cacheFolder,
  onProgress = () => {},
  requestTimeoutMs,
  ...place
}: EmbeddedOptions): Promise<OpenDatabase> {
  const migrations = readMigrations(migrationsIn);
  if ('folder' in place) return openFolder(place.folder, { migrations, cache, onProgress, requestTimeoutMs });
  const database = await startEmbedded({
    template: await templateFor(migrations, cache, onProgress),
    bundle: bundlePath(cache),
  });
  return { database, isNew: true, applied: [] };
}

async function openFolder(
  path: string,
  {
    migrations,
    cache,
    onProgress,
    requestTimeoutMs,
  }: {
    migrations: Migration[];
    cache: string;
    onProgress: (part: string) => void;
    requestTimeoutMs: number | undefined;
  },
): Promise<OpenDatabase> {
  const folder = claimFolder(path, databaseVersion);
  const { data, isNew } = folder;
  let database: Database | undefined;
  try {
    const template = isNew ? await templateFor(migrations, cache, onProgress) : undefined;
    const opened = await startEmbedded({ folder: data, template, bundle: bundlePath(cache), requestTimeoutMs });
    database = opened;
    folder.complete();
    const applied = await applyMigrations(database, migrations);
    return { database: { ...opened, close: () => opened.close().finally(folder.release) }, isNew, applied };
  } catch (error) {
    await database?.close();
    folder.release();
    if (error instanceof MigrationRefused)
      throw new Refusal(`${error.message}\nOr run npm run reset to start with a new database.`);
    throw error;
  }
}
