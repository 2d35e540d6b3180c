import type { Answer } from '../../../test/support/app.ts';

const lostShare = 0.2;
const doubledShare = 0.05;

/** Counts of what the line has done to requests. */
export type Line = { requests: number; lost: number; doubled: number };

export const newLine = (): Line => ({ requests: 0, lost: 0, doubled: 0 });

/**
 * Sends a request over a line that loses some replies, never requests, and sends some requests twice. `reply` is
 * undefined if the reply is lost. When the promise resolves, both copies have been carried out.
 */
export async function sendOver(
  line: Line,
  roll: () => number,
  send: () => Promise<Answer>,
): Promise<{ reply: Answer | undefined; all: readonly Answer[] }> {
  const [isLost, isDoubled] = [roll() < lostShare, roll() < doubledShare];
  line.requests += 1;
  line.lost += isLost ? 1 : 0;
  line.doubled += isDoubled ? 1 : 0;
  const all = await Promise.all(isDoubled ? [send(), send()] : [send()]);
  return { reply: isLost ? undefined : all[0], all };
}
