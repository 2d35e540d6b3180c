import {
  Abandoned,
  type Database,
  isolations,
  ownRole,
  PostgresError,
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
  /**
   * Runs work with a connection, and then resets the connection with `resetSession`. If the signal is aborted, it cancels
   * the running statement where that is possible.
   */
  use<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
  close(): Promise<void>;
};

/** Neon's limit for one response. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Roles and transactions, the same for every back end. */
export function databaseOver(kind: Database['kind'], connections: Connections): Database {
  const changes = new Map<string, Statement>();

  /** The statement that changes to a role until the end of the transaction, or undefined for the server's own user. */
  async function changeTo(connection: Connection, role: string | undefined): Promise<Statement | undefined> {
    if (role === undefined || role === ownRole) return undefined;
    const change = changes.get(role) ?? (await readChange(connection, role));
    changes.set(role, change);
    return change;
  }

  async function inTransaction(
    connection: Connection,
    statements: readonly Statement[],
    options: TransactionOptions,
    change: Statement | undefined,
  ) {
    // Wait for these replies: if `begin` failed, the statements would run as the server's own user.
    await connection.sendTogether([{ query: begin(options) }, ...(change ? [change] : [])]);
    const counted = countBytes();
    const results: Result[] = [];
    for (const statement of statements) {
      results.push(counted(await connection.send(statement)));
      if (options.signal?.aborted) throw new Abandoned();
    }
    await connection.send({ query: 'commit' });
    return results;
  }

  return {
    kind,
    run: (statement, options: RunOptions = {}) =>
      connections.use(async (connection) => {
        const change = await changeTo(connection, options.role);
        if (!change) return countBytes()(await connection.send(statement));
        const [result] = await inTransaction(connection, [statement], options, change);
        if (!result) throw new Error('the statement has no result');
        return result;
      }, options.signal),
    transact: (statements, options = {}) =>
      connections.use(
        async (connection) => inTransaction(connection, statements, options, await changeTo(connection, options.role)),
        options.signal,
      ),
    close: connections.close,
  };
}

/** `set role` applies no settings of the role, which a login would: its `jit` and its `statement_timeout`. */
async function readChange(connection: Connection, role: string): Promise<Statement> {
  const query = `
    select 'select ' || string_agg(format('set_config(%L, %L, true)', split_part(setting, '=', 1),
      substr(setting, strpos(setting, '=') + 1)), ', ')
    from pg_roles, unnest(coalesce(rolconfig, '{}') || ('role=' || rolname)) as setting
    where rolname = $1`;
  const [[change] = []] = (await connection.send({ query, params: [role] })).rows;
  if (!change) throw new PostgresError(`role "${role}" does not exist`, { code: '28000', severity: 'FATAL' });
  return { query: change };
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
