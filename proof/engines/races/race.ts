import { isDeepStrictEqual } from 'node:util';
import type { Answer } from '../../../test/support/app.ts';

/** One round: what is tried many times at once, and what must have come of it. */
export type Round = {
  attempt: (n: number) => Promise<Answer | undefined>;
  /** How many answers there must be of each status, or those that any may have; 0 stands for what answers nothing. */
  statuses: Readonly<Record<number, number>> | readonly number[];
  /** What is there afterwards, read as the owner of the database sees it. */
  effect: () => Promise<unknown>;
  wanted: unknown;
};

export type Race = {
  /** The rows of docs/security.md that it proves, and what it is about. */
  title: string;
  prepare: (atOnce: number) => Promise<Round>;
};

/** Runs a round; says what was otherwise than wanted, or `undefined`. */
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
  const there = await effect();
  return isDeepStrictEqual(there, wanted)
    ? undefined
    : `left ${JSON.stringify(there)} instead of ${JSON.stringify(wanted)}`;
}
