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
  /** In one write, where that is possible. One that fails does not keep those after it from being done. */
  sendTogether(statements: readonly Statement[]): Promise<Result[]>;
  /** Several statements without parameters, as one message that is answered once. */
  sendScript(script: string): Promise<void>;
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
    const opening = [{ query: begin(options) }];
    if (role !== undefined) opening.push({ query: `set local role "${role.replaceAll('"', '""')}"` });

    // All of it has to be answered before: without a transaction, a statement would run as the server's own user.
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
        if ((await toSet(connection, options.role)) === undefined)
          return countBytes()(await connection.send(statement));
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
function countBytes(): (result: Result) => Result {
  let bytes = 0;
  return (result) => {
    for (const row of result.rows) for (const value of row) bytes += (value?.length ?? 4) + 3;
    if (bytes > maxAnswerBytes) throw new ResultTooLarge(`response is too large (max is ${maxAnswerBytes} bytes)`);
    return result;
  };
}

/** What DISCARD ALL is made of, but for DISCARD PLANS: Neon's proxy keeps the plans of functions, too. */
const reset = `
  close all; set session authorization default; reset all; deallocate all; unlisten *;
  select pg_advisory_unlock_all(); discard temp; discard sequences`;

/**
 * A request has no session: no transaction, setting, temporary table or lock of it may reach the next one.
 * False when the connection is of no more use.
 */
export async function leaveNothing(connection: Connection): Promise<boolean> {
  try {
    if (connection.isInTransaction()) await connection.send({ query: 'rollback' });
    await connection.sendScript(reset);
    return true;
  } catch {
    return false;
  }
}
