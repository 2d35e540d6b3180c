// Counts trips to the database that were made one after the other. A reply is held back, so that what waits for it can be
// told from what goes beside it: what comes before the reply is let go did not wait for it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../local/database/database.ts';

/** How many trips there were in a row until the last reply that was let go. */
type Count = { holdMs: number; inARow: number };

let count: Count = { holdMs: 0, inARow: 0 };
let underWay = 0;

export const countingTrips = (database: Database): Database => ({
  ...database,
  run: (...args) => counted(() => database.run(...args)),
  transact: (...args) => counted(() => database.transact(...args)),
});

async function counted<T>(run: () => Promise<T>): Promise<T> {
  const own = count;
  const position = own.inARow + 1;
  const held = sleep(own.holdMs);
  underWay += 1;
  try {
    return await run();
  } finally {
    await held;
    own.inARow = Math.max(own.inARow, position);
    underWay -= 1;
  }
}

/** Counts all the trips that go through it, and how long each took the database, added up. */
export function createTally() {
  let [begun, underWay, spentMs] = [0, 0, 0];
  const told = async <T>(run: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    begun += 1;
    underWay += 1;
    try {
      return await run();
    } finally {
      underWay -= 1;
      spentMs += performance.now() - startedAt;
    }
  };
  return {
    trips: (): number => begun,
    spentMs: (): number => spentMs,
    isIdle: (): boolean => underWay === 0,
    watch: (database: Database): Database => ({
      ...database,
      run: (...args) => told(() => database.run(...args)),
      transact: (...args) => told(() => database.transact(...args)),
    }),
  };
}

/**
 * How many replies a call waited for, one after the other. Never too few; too many where the machine is so busy that
 * two queries of one moment come further apart than a reply is held back.
 */
export async function tripsDuring(holdMs: number, call: () => Promise<unknown>): Promise<number> {
  await quiet(holdMs);
  const own: Count = { holdMs, inARow: 0 };
  count = own;
  try {
    await call();
    return own.inARow;
  } finally {
    count = { holdMs: 0, inARow: 0 };
  }
}

const stepMs = 5;

/** What an earlier call left for after its answer must not be counted. */
async function quiet(forMs: number): Promise<void> {
  for (let stillMs = 0; stillMs < forMs; stillMs += stepMs) {
    await sleep(stepMs);
    if (underWay > 0) stillMs = 0;
  }
}
