import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Database } from './database.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';
import { applyMigrations } from './migrator.ts';
import { openEmbedded } from './open-embedded.ts';
import { openPostgres } from './postgres.ts';

/**
 * Creates a migrated database for one run: in memory, or on the server of the URL, whose user must be allowed to create
 * databases. Closing it deletes it.
 */
export async function createTestDatabase({
  url,
  migrations = migrationsFolder,
  cache,
}: {
  url?: string | undefined;
  migrations?: string;
  cache?: string;
} = {}): Promise<Database> {
  if (url !== undefined) return createOn(url, migrations);
  const { database } = await openEmbedded({ memory: true, migrations, ...(cache !== undefined && { cache }) });
  return database;
}

async function createOn(url: string, migrations: string): Promise<Database> {
  const name = `kairos_test_${randomBytes(6).toString('hex')}`;
  const address = new URL(url);
  address.pathname = `/${name}`;
  await onServer(url, `create database ${name}`);
  const database = await openPostgres(address.href);
  async function close(): Promise<void> {
    await database.close();
    await onServer(url, `drop database ${name} with (force)`);
  }

  try {
    await aloneOn(url, () => applyMigrations(database, readMigrations(migrations)));
    return { ...database, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Runs work while no other process does so on the same server. Migrations change settings of a role, which all databases of
 * a server share, and Postgres refuses two such changes at once.
 */
async function aloneOn(url: string, work: () => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(7271830543)');
    await work();
  } finally {
    await client.end();
  }
}

async function onServer(url: string, query: string): Promise<void> {
  const server = await openPostgres(url);
  await server.run({ query }).finally(server.close);
}
