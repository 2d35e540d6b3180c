import { fileURLToPath } from 'node:url';
import { neon, neonConfig } from '@neondatabase/serverless';
import { MigrationRefused, migrationsFolder, readMigrations } from './database/migrations.ts';
import { applyMigrations, type MigrationOptions, type Session } from './database/migrator.ts';
import { answerHelp } from './stack/help.ts';

const usage = `npm run db:migrate    applies all missing migrations to the database of DATABASE_OWNER_URL

DATABASE_OWNER_URL is the connection string of the role that owns the database. DATABASE_ENDPOINT is the URL of its
HTTP endpoint, if that is not Neon's.`;

const endpointOfNeon = neonConfig.fetchEndpoint;

/**
 * Applies the missing migrations to a database with Neon's protocol, and returns their tags.
 * The default endpoint is that of Neon for the host of the connection string.
 */
export async function migrate({
  connectionString,
  sqlEndpoint,
  folder = migrationsFolder,
  ...options
}: MigrationOptions & {
  connectionString: string;
  sqlEndpoint?: string | undefined;
  folder?: string | undefined;
}): Promise<string[]> {
  neonConfig.fetchEndpoint = sqlEndpoint ?? endpointOfNeon;
  return applyMigrations(overHttp(connectionString), readMigrations(folder), options);
}

function overHttp(connectionString: string): Session {
  const sql = neon(connectionString, { arrayMode: true, fullResults: true });
  return {
    run: ({ query, params = [] }) => sql.query(query, [...params]),
    transact: (statements) =>
      sql.transaction(statements.map(({ query, params = [] }) => sql.query(query, [...params]))),
  };
}

async function main(): Promise<void> {
  const { DATABASE_OWNER_URL: connectionString, DATABASE_ENDPOINT: sqlEndpoint } = process.env;
  if (!connectionString)
    throw new MigrationRefused(
      'DATABASE_OWNER_URL is not set. Set it to the connection string of the role that owns the database.',
    );

  const applied = await migrate({
    connectionString,
    sqlEndpoint: sqlEndpoint || undefined,
    folder: process.argv[2],
    onApplied: (tag) => console.log(`applied ${tag}`),
  });
  if (applied.length === 0) console.log('up to date');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  answerHelp(usage);
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
