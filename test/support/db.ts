import { neon, neonConfig } from '@neondatabase/serverless';
import { env } from '#kairos';

neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT;

/** Queries as the owner of the database, for rows that no call of the API can write or show. */
export const sql = neon('postgresql://postgres:local@localhost/kairos');

/**
 * Waits until a transaction sleeps in the database, and holds its locks. The embedded database runs one transaction after
 * the other, so there this waits for its end.
 */
export async function untilAsleep(transaction: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  transaction.then(end, end);
  const isAsleep = async () =>
    (await sql`select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`).length > 0;
  while (!isOver && !(await isAsleep()));
}
