import { Client, DatabaseError, Pool, type PoolClient } from 'pg';
import { type Database, PostgresError, type Result, type Statement } from './database.ts';
import { type Connection, databaseOver, resetSession } from './session.ts';

/** Opens an ordinary Postgres over TCP. */
export async function openPostgres(url: string): Promise<Database> {
  // The role kairos_app has jit off, but `set role` does not apply the settings of the role.
  const options = '-c jit=off';
  const pool = new Pool({ connectionString: url, max: 10, application_name: 'kairos', pipeline: true, options });
  // If the server goes away, the next statement fails. Without these handlers the 'error' event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    // The driver refuses COPY FROM STDIN, but has skipped its sync by then. Without another sync it would wait forever.
    if (client instanceof Client) client.connection.on('copyInResponse', () => client.connection.sync());
  });

  const database = databaseOver('postgres', {
    async use(work) {
      const client = await pool.connect();
      const connection = connectionOver(client);
      try {
        return await work(connection);
      } finally {
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
