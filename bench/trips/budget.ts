import type { Operation } from '../../test/contract/document.ts';
import { type Trips, ways } from './table.ts';

/** The browser's way back from a provider writes what it reads: the provider is asked in between. */
const isRead = ({ id, method }: Operation): boolean => method === 'GET' && id !== 'finishSignIn';

/** A read may wait for the database once, a write twice; a repeat once more, for the answer that was kept. */
export function isOverBudget(operation: Operation, trips: Trips): boolean {
  const budget = { plain: isRead(operation) ? 1 : 2, 'with a key': 2, 'sent again': 3 };
  return ways.some((way) => (trips[way] ?? 0) > budget[way]);
}
