import type { Answer } from '../../../test/support/app.ts';

const lostShare = 0.2;
const doubledShare = 0.05;

/** What the line did to the requests sent over it. */
export type Line = { requests: number; lost: number; doubled: number };

export const newLine = (): Line => ({ requests: 0, lost: 0, doubled: 0 });

/**
 * One request over a line that loses replies, never requests, and sends some requests twice: `undefined` where the reply
 * is lost. Both copies have been done when it ends.
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
