import {
  type Database,
  isolations,
  type Result,
  ResultTooLarge,
  type RunOptions,
  type Statement,
  type TransactionOptions,
} from './database.ts';

export type Connection = {
  send(statement: Statement): Promise<Result>;
  isInTransaction(): boolean;
};

export type Connections = {
  /** Lends a connection to one piece of work, and cleans up behind it with `leaveNothing`. */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Neon's limit on what one request may answer. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Roles, transactions and cleaning up, the same over every back end. */
export function databaseOver(kind: Database['kind'], connections: Connections): Database {
  const roles = new Map<string, 'own' | 'other'>();

  async function toSet(connection: Connection, role: string | undefined): Promise<string | undefined> {
    if (role === undefined) return undefined;
    if (!roles.has(role)) {
      const query = 'select rolname = session_user from pg_roles where rolname = $1';
      const [row] = (await connection.send({ query, params: [role] })).rows;
      if (row) roles.set(role, row[0] === 't' ? 'own' : 'other');
    }
    return roles.get(role) === 'other' ? role : undefined;
  }

  async function inTransaction(connection: Connection, statements: readonly Statement[], options: TransactionOptions) {
    const role = await toSet(connection, options.role);
    await connection.send({ query: begin(options) });
    if (role !== undefined) await connection.send({ query: `set local role "${role.replaceAll('"', '""')}"` });

    const answer = answerOf(connection);
    const results: Result[] = [];
    for (const statement of statements) results.push(await answer(statement));
    await connection.send({ query: 'commit' });
    return results;
  }

  return {
    kind,
    run: (statement, options: RunOptions = {}) =>
      connections.use(async (connection) => {
        if ((await toSet(connection, options.role)) === undefined) return answerOf(connection)(statement);
        const [result] = await inTransaction(connection, [statement], options);
        if (!result) throw new Error('a statement was answered by nothing');
        return result;
      }),
    transact: (statements, options = {}) =>
      connections.use((connection) => inTransaction(connection, statements, options)),
    close: connections.close,
  };
}

function begin({ isolation, readOnly, deferrable }: TransactionOptions): string {
  return [
    'begin',
    isolation && `isolation level ${isolations[isolation]}`,
    readOnly && 'read only',
    deferrable && 'deferrable',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Counts what one request answers; too much of it fails, and so rolls a transaction back. */
function answerOf(connection: Connection): (statement: Statement) => Promise<Result> {
  let bytes = 0;
  return async (statement) => {
    const result = await connection.send(statement);
    for (const row of result.rows) for (const value of row) bytes += (value?.length ?? 4) + 3;
    if (bytes > maxAnswerBytes) throw new ResultTooLarge(`response is too large (max is ${maxAnswerBytes} bytes)`);
    return result;
  };
}

/**
 * A request has no session: no transaction, setting, temporary table or lock of it may reach the next one.
 * False when the connection is of no more use.
 */
export async function leaveNothing(connection: Connection): Promise<boolean> {
  try {
    if (connection.isInTransaction()) await connection.send({ query: 'rollback' });
    await connection.send({ query: 'discard all' });
    return true;
  } catch {
    return false;
  }
}
