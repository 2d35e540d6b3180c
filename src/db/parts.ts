import type { BatchItem } from 'drizzle-orm/batch';
import type { Db } from './client.ts';

type Statement = BatchItem<'pg'>;

/** A part of a transaction: one statement, several, or `undefined` where the part is left out. */
type Part = Statement | readonly Statement[] | undefined;

/** Statements by name, in the order in which they run. */
export type Parts = Readonly<Record<string, Part>>;

type ResultOf<P> = P extends Statement
  ? P['_']['result']
  : P extends readonly Statement[]
    ? { [I in keyof P]: P[I] extends Statement ? P[I]['_']['result'] : never }
    : undefined;

/** The results under the names of their statements; `undefined` for a part that was left out. */
export type Results<P extends Parts> = { [K in keyof P]: ResultOf<P[K]> };

const listOf = (part: Part): readonly Statement[] => (part === undefined ? [] : isList(part) ? part : [part]);

const isList = (part: Statement | readonly Statement[]): part is readonly Statement[] => Array.isArray(part);

export const statementsOf = (parts: Parts): Statement[] => Object.values(parts).flatMap(listOf);

/** Gives each result the name of its statement. The results come in the order of the statements. */
export function resultsOf<P extends Parts>(parts: P, results: readonly unknown[]): Results<P> {
  let taken = 0;
  const named = Object.entries(parts).map(([name, part]) => {
    const own = results.slice(taken, taken + listOf(part).length);
    taken += own.length;
    return [name, part === undefined ? undefined : isList(part) ? own : own[0]];
  });
  // The names and their order are those of `parts`, as in `Results`.
  return Object.fromEntries(named) as Results<P>;
}

/** Sends reads as one transaction in one round trip and answers their results by name. */
export async function readTogether<const R extends Parts>(db: Db, reads: R): Promise<Results<R>> {
  const [first, ...rest] = statementsOf(reads);
  if (!first) throw new Error('nothing to read');
  return resultsOf(reads, await db.batch([first, ...rest]));
}
