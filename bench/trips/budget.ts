import type { Operation } from '../../test/contract/document.ts';

/** The browser's way back from a provider writes what it reads: the provider is asked in between. */
const isRead = ({ id, method }: Operation): boolean => method === 'GET' && id !== 'finishSignIn';

/** A read may wait for the database once, a write twice; a repeat once more, for the answer that was kept. */
export function isOverBudget(operation: Operation, trips: readonly number[]): boolean {
  const budget = [isRead(operation) ? 1 : 2, 2, 3];
  return trips.some((count, index) => count > (budget[index] ?? 0));
}
