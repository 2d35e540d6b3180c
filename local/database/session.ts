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
  /** Sends the statements in one write if possible. Statements after a failed one still run. */
  sendTogether(statements: readonly Statement[]): Promise<Result[]>;
  /** Sends several statements without parameters as one message with one reply. */
  sendScript(script: string): Promise<void>;
  isInTransaction(): boolean;
};

export type Connections = {
  /** Runs work with a connection, and then resets the connection with `resetSession`. */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Neon's limit for one response. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Roles and transactions, the same for every back end. */
export function databaseOver(kind: Database['kind'], connections: Connections): Database {
  const roles = new Map<string, 'own' | 'other'>();

  async function roleToSet(connection: Connection, role: string | undefined): Promise<string | undefined> {
    if (role === undefined) return undefined;
    if (!roles.has(role)) {
      const query = 'select rolname = session_user from pg_roles where rolname = $1';
      const [row] = (await connection.send({ query, params: [role] })).rows;
      if (row) roles.set(role, row[0] === 't' ? 'own' : 'other');
    }
    return roles.get(role) === 'other' ? role : undefined;
  }

  async function inTransaction(connection: Connection, statements: readonly Statement[], options: TransactionOptions) {
    const role = await roleToSet(connection, options.role);
    const opening = [{ query: begin(options) }];
    if (role !== undefined) opening.push({ query: `set local role "${role.replaceAll('"', '""')}"` });

    // Wait for these replies: if `begin` failed, the statements would run as the server's own user.
    await connection.sendTogether(opening);
    const counted = countBytes();
    const results: Result[] = [];
    for (const statement of statements) results.push(counted(await connection.send(statement)));
    await connection.send({ query: 'commit' });
    return results;
  }

  return {
    kind,
    run: (statement, options: RunOptions = {}) =>
      connections.use(async (connection) => {
        if ((await roleToSet(connection, options.role)) === undefined)
          return countBytes()(await connection.send(statement));
        const [result] = await inTransaction(connection, [statement], options);
        if (!result) throw new Error('the statement has no result');
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

/** Adds up the size of the results, and throws if they are too large, which rolls back the transaction. */
function countBytes(): (result: Result) => Result {
  let bytes = 0;
  return (result) => {
    for (const row of result.rows) for (const value of row) bytes += (value?.length ?? 4) + 3;
    if (bytes > maxAnswerBytes) throw new ResultTooLarge(`response is too large (max is ${maxAnswerBytes} bytes)`);
    return result;
  };
}

/** The parts of DISCARD ALL, except DISCARD PLANS: Neon's proxy also keeps the plans of functions. */
const reset = `
  close all; set session authorization default; reset all; deallocate all; unlisten *;
  select pg_advisory_unlock_all(); discard temp; discard sequences`;

/**
 * Resets a connection, so that no transaction, setting, temporary table or lock reaches the next request.
 * Returns false if the connection is broken.
 */
export async function resetSession(connection: Connection): Promise<boolean> {
  try {
    if (connection.isInTransaction()) await connection.send({ query: 'rollback' });
    await connection.sendScript(reset);
    return true;
  } catch {
    return false;
  }
}
