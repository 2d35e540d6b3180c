import { protocol } from '@electric-sql/pglite';
import { PostgresError, type Result, type Statement } from './database.ts';

const { messages, serialize } = protocol;

/** One statement in the extended protocol, which takes no second statement and whose values travel as text. */
export function encode({ query, params = [] }: Statement): Uint8Array {
  return Buffer.concat([
    serialize.parse({ text: query }),
    serialize.bind({ values: [...params] }),
    serialize.describe({ type: 'P' }),
    serialize.execute(),
    // Ends a COPY FROM STDIN, which would wait here for ever; anywhere else Postgres ignores it.
    serialize.copyFail('rows cannot be sent along with a statement'),
    serialize.sync(),
  ]);
}

export const encodeScript = (script: string): Uint8Array => serialize.query(script);

export type Reply = { outcome: Result | PostgresError; isInTransaction: boolean };

/** Throws when the answer has no end, or Postgres has given itself up: nothing that comes after can be trusted. */
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
  if (status === undefined) throw new Error('Postgres broke off in the middle of its answer');
  return { outcome, isInTransaction: status !== 'I' };
}

/** `SELECT 2`, `INSERT 0 5` (its first number is an object id), `CREATE TABLE`. */
function parseTag(tag: string): Pick<Result, 'command' | 'rowCount'> {
  const [command = '', ...rest] = tag.split(' ');
  const count = Number(rest.at(-1) ?? Number.NaN);
  return { command, rowCount: Number.isNaN(count) ? null : count };
}
