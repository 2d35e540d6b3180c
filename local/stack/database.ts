import type { Database } from '../database/database.ts';
import { migrationsFolder, readMigrations } from '../database/migrations.ts';
import { applyMigrations } from '../database/migrator.ts';
import { openEmbedded } from '../database/open-embedded.ts';
import { openPostgres } from '../database/postgres.ts';
import type { Options } from './options.ts';
import { paths } from './paths.ts';
import type { Progress } from './progress.ts';
import { Refusal } from './refusal.ts';

export type OpenDatabase = {
  database: Database;
  /** The kind and place of the database, without a password. */
  label: string;
};

/** Opens the embedded database, or the Postgres of DATABASE_URL, with all migrations applied. */
export async function openDatabase(
  { databaseUrl }: Pick<Options, 'databaseUrl'>,
  onProgress?: Progress,
): Promise<OpenDatabase> {
  if (databaseUrl !== undefined) return openServer(databaseUrl);
  const { database } = await openEmbedded({ folder: paths.database, ...(onProgress && { onProgress }) });
  return { database, label: 'Postgres with PostGIS, embedded, in .kairos/database' };
}

async function openServer(url: string): Promise<OpenDatabase> {
  const { host, pathname } = new URL(url);
  const label = `${host}${pathname}`;
  const database = await openPostgres(url).catch((cause: unknown) => {
    const reason = cause instanceof AggregateError ? cause.errors.join(', ') : String(cause);
    throw new Refusal(
      `Kairos cannot connect to the database at ${label}: ${reason}. Start that server, correct DATABASE_URL, or unset it to use the embedded database.`,
      {
        cause,
      },
    );
  });
  try {
    await applyMigrations(database, readMigrations(migrationsFolder));
    return { database, label };
  } catch (error) {
    await database.close();
    throw error;
  }
}
