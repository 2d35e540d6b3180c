import type { Operation } from '../../test/contract/document.ts';

/** GETs that write: `finishSignIn` asks the provider between two database calls, and a feed remembers which days it has named. */
const writingReads: readonly string[] = ['finishSignIn', 'readCalendarFeed'];
/** A file is read piece by piece, so that it is never in memory as a whole. */
const files: readonly string[] = ['exportGpx', 'exportGeoJson'];

function firstBudget({ id, method }: Operation): number {
  if (files.includes(id)) return 3;
  return method === 'GET' && !writingReads.includes(id) ? 1 : 2;
}

/**
 * Budgets: one round trip for a read, two for a write, and one more for a repeat under a used idempotency key. A file may
 * take one for the journey and one for each of its parts.
 */
export function isOverBudget(operation: Operation, trips: readonly number[]): boolean {
  const budget = [firstBudget(operation), 2, 3];
  return trips.some((count, index) => count > (budget[index] ?? 0));
}
