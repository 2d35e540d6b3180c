import type { Guard } from '../../db/commit.ts';
import { type DueRider, isDigestDue, lockRiderRowsOfPairs } from './digest.repository.ts';
import type { Pair } from './digest.rules.ts';
import { digestTaken } from './discovery.errors.ts';

/**
 * The rider's digest is still due. All riders of the digest are locked, since its writes lock their journeys, and every
 * commit locks riders before journeys.
 */
export const requireDigestDue = (rider: DueRider, pairs: readonly Pair[]): Guard[] => [
  { stage: 'riders', condition: lockRiderRowsOfPairs(pairs, rider.id), error: digestTaken },
  { stage: 'state', condition: isDigestDue(rider), error: digestTaken },
];
