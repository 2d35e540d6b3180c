import { protocol } from '@electric-sql/pglite';
import { PostgresError, type Result, type Statement } from './database.ts';

const { messages, serialize } = protocol;

/** One statement in the extended protocol, which accepts only one statement and sends values as text. */
export function encode({ query, params = [] }: Statement): Uint8Array {
  return Buffer.concat([
    serialize.parse({ text: query }),
    serialize.bind({ values: [...params] }),
    serialize.describe({ type: 'P' }),
    serialize.execute(),
    // Ends COPY FROM STDIN, which would wait forever. After other statements Postgres ignores this message.
    serialize.copyFail('COPY FROM STDIN is not supported'),
    serialize.sync(),
  ]);
}

export const encodeScript = (script: string): Uint8Array => serialize.query(script);

export type Reply = { outcome: Result | PostgresError; isInTransaction: boolean };

/** Throws if the reply is incomplete or Postgres has crashed, since later replies cannot be trusted. */
export function decode(received: readonly unknown[]): Reply {
  const result: Result = { fields: [], rows: [], command: '', rowCount: null };
  let outcome: Reply['outcome'] = result;
  let status: string | undefined;

  for (const message of received) {
    if (message instanceof messages.DataRowMessage) result.rows.push(message.fields);
    else if (message instanceof messages.RowDescriptionMessage) result.fields = message.fields;
    else if (message instanceof messages.CommandCompleteMessage) Object.assign(result, parseTag(message.text));
    else if (message instanceof messages.DatabaseError) outcome = new PostgresError(message.message, message);
    else if (message instanceof messages.ReadyForQueryMessage) status = message.status;
  }
  if (outcome instanceof PostgresError && outcome.fields.severity === 'PANIC') throw new Error(outcome.message);
  if (status === undefined) throw new Error('the reply of Postgres is incomplete');
  return { outcome, isInTransaction: status !== 'I' };
}

/** Parses `SELECT 2`, `INSERT 0 5` (the first number is an object id) or `CREATE TABLE`. */
function parseTag(tag: string): Pick<Result, 'command' | 'rowCount'> {
  const [command = '', ...rest] = tag.split(' ');
  const count = Number(rest.at(-1) ?? Number.NaN);
  return { command, rowCount: Number.isNaN(count) ? null : count };
}
