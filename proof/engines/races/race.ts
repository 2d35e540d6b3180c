import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../../../test/support/app.ts';

/** One round: a call that is made many times at once, and its expected effect. */
export type Round = {
  attempt: (n: number) => Promise<Answer | undefined>;
  /** The number of responses of each status, or the statuses that any response may have; 0 stands for no response. */
  statuses: Readonly<Record<number, number>> | readonly number[];
  /** The rows afterwards, read as the owner of the database. */
  effect: () => Promise<unknown>;
  wanted: unknown;
};

export type Race = {
  /** A sentence that ends with the rows of docs/security.md it proves. */
  title: string;
  prepare: (atOnce: number) => Promise<Round>;
};

/** Runs a round. Returns the difference from the expected result, or `undefined`. */
export async function faultOf({ prepare }: Race, atOnce: number): Promise<string | undefined> {
  const { attempt, statuses, effect, wanted } = await prepare(atOnce);
  const answers = await Promise.all(Array.from({ length: atOnce }, (_, n) => attempt(n)));
  const counts: Record<number, number> = {};
  for (const status of answers.map((answer) => answer?.status ?? 0)) counts[status] = (counts[status] ?? 0) + 1;
  const allowed = Array.isArray(statuses) ? statuses.filter((status) => status in counts) : undefined;
  const expected = Object.fromEntries(
    allowed?.map((status) => [status, counts[status]]) ?? Object.entries(statuses).filter(([, count]) => count > 0),
  );
  if (!isDeepStrictEqual(counts, expected)) {
    const odd = answers.find((answer) => answer && !(answer.status in expected));
    return `answers ${JSON.stringify(counts)} instead of ${JSON.stringify(expected)} ${odd?.text.slice(0, 300) ?? ''}`;
  }
  const actual = await effect();
  return isDeepStrictEqual(actual, wanted)
    ? undefined
    : `left ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`;
}
