// The measurements of several servers in turns, so that other work on the machine affects all of them.
import type { Call, Riders } from './calls.ts';
import { type Load, measure, type Server } from './load.ts';

export type Contestant = { server: Server; riders: Riders };

/** One figure for each round. */
export type Measured = { perSecond: readonly number[]; cpuMs: readonly number[] };

type Rounds = { count: number; measuredMs: number; warmUp: Load['warmUp'] };

export async function measureInTurns(
  { clients }: Call,
  contestants: readonly Contestant[],
  { count, measuredMs, warmUp }: Rounds,
): Promise<Measured[]> {
  const measured = contestants.map(({ server, riders }) => ({
    server,
    clients: clients(riders),
    perSecond: [] as number[],
    cpuMs: [] as number[],
  }));
  for (let round = 0; round < count; round += 1) {
    // Every second round runs backwards, so that no server always follows the same one.
    const order = round % 2 === 0 ? measured : measured.toReversed();
    for (const { server, clients, perSecond, cpuMs } of order) {
      // Later rounds warm up only the new connections.
      const load = { measuredMs, warmUp: round === 0 ? warmUp : { ...warmUp, requests: 4 * clients.length } };
      const part = await measure(server, clients, load);
      perSecond.push((part.answered * 1_000) / part.wallMs);
      cpuMs.push(part.cpuMs / part.answered);
    }
  }
  return measured;
}

export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The median of the ratios of each round, since the two figures of a round were measured one after the other. */
export const ratioOf = (own: readonly number[], other: readonly number[]): number =>
  medianOf(own.map((figure, round) => figure / (other[round] ?? Number.NaN)));
