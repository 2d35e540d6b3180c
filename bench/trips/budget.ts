import type { Operation } from '../../test/contract/document.ts';

/** `finishSignIn` is a GET that writes: it asks the provider between two database calls. */
const isRead = ({ id, method }: Operation): boolean => method === 'GET' && id !== 'finishSignIn';

/** Budgets: one round trip for a read, two for a write, and one more for a repeat under a used idempotency key. */
export function isOverBudget(operation: Operation, trips: readonly number[]): boolean {
  const budget = [isRead(operation) ? 1 : 2, 2, 3];
  return trips.some((count, index) => count > (budget[index] ?? 0));
}
