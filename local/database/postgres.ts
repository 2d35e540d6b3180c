import { Client, DatabaseError, Pool, type PoolClient } from 'pg';
import { Abandoned, type Database, PostgresError, type Result, type Statement } from './database.ts';
import { type Connection, databaseOver, resetSession } from './session.ts';

/** Opens an ordinary Postgres over TCP. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: 10, application_name: 'kairos', pipeline: true });
  // If the server goes away, the next statement fails. Without these handlers the 'error' event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    // The driver refuses COPY FROM STDIN, but has skipped its sync by then. Without another sync it would wait forever.
    if (client instanceof Client) client.connection.on('copyInResponse', () => client.connection.sync());
  });

  const database = databaseOver('postgres', {
    async use(work, signal) {
      const client = await pool.connect();
      const connection = connectionOver(client);
      let cancelled: Promise<void> | undefined;
      const cancel = (): void => {
        cancelled = cancelStatement(url, client);
      };
      signal?.addEventListener('abort', cancel);
      try {
        if (signal?.aborted) throw new Abandoned();
        return await work(connection);
      } finally {
        signal?.removeEventListener('abort', cancel);
        await cancelled;
        const isSound = await resetSession(connection);
        client.release(!isSound);
      }
    },
    close: () => pool.end(),
  });

  try {
    await database.run({ query: 'select 1' });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return database;
}

/** Cancels over a connection of its own, since all those of the pool may be waiting. */
async function cancelStatement(url: string, client: PoolClient): Promise<void> {
  const canceller = new Client({ connectionString: url, application_name: 'kairos' });
  try {
    await canceller.connect();
    // The driver's own declarations lack this number.
    await canceller.query('select pg_cancel_backend($1)', [Reflect.get(client, 'processID')]);
  } catch {
    // The statement runs to its end. It is rolled back all the same.
  } finally {
    await canceller.end();
  }
}

function connectionOver(client: PoolClient): Connection {
  async function send({ query, params = [] }: Statement): Promise<Result> {
    const config = {
      text: query,
      values: [...params],
      rowMode: 'array' as const,
      types: { getTypeParser: () => (text: string) => text },
      // Otherwise the driver would accept several statements in one query without parameters.
      queryMode: 'extended',
    };
    try {
      const { fields, rows, command, rowCount } = await client.query<(string | null)[]>(config);
      return { fields, rows, command: command ?? '', rowCount };
    } catch (error) {
      throw error instanceof DatabaseError ? new PostgresError(error.message, { ...error }) : error;
    }
  }

  return {
    send,
    async sendTogether(statements) {
      const stream = client instanceof Client ? client.connection.stream : undefined;
      stream?.cork();
      const results = statements.map(send);
      stream?.uncork();
      await Promise.allSettled(results);
      return await Promise.all(results);
    },
    async sendScript(script) {
      await client.query(script);
    },
    isInTransaction: () => client.getTransactionStatus() !== 'I',
  };
}
