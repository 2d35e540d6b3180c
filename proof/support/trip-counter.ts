// Counts sequential round trips to the database. Each reply is held back for a while: a query that arrives before the
// release did not wait for that reply, so it runs in parallel.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../local/database/database.ts';

type TripCount = {
  /** How long each reply is held back. */
  holdMs: number;
  /** The number of sequential trips until the last released reply. */
  sequential: number;
};

let count: TripCount = { holdMs: 0, sequential: 0 };
let inFlight = 0;

export const withTripCount = (database: Database): Database => ({
  ...database,
  run: (...args) => countTrip(() => database.run(...args)),
  transact: (...args) => countTrip(() => database.transact(...args)),
});

async function countTrip<T>(run: () => Promise<T>): Promise<T> {
  const own = count;
  const position = own.sequential + 1;
  const held = sleep(own.holdMs);
  inFlight += 1;
  try {
    return await run();
  } finally {
    await held;
    own.sequential = Math.max(own.sequential, position);
    inFlight -= 1;
  }
}

/** Counts all round trips, and adds up the time that the database took. */
export function createTripMeter() {
  let [begun, inFlight, spentMs] = [0, 0, 0];
  const watched = async <T>(run: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    begun += 1;
    inFlight += 1;
    try {
      return await run();
    } finally {
      inFlight -= 1;
      spentMs += performance.now() - startedAt;
    }
  };
  return {
    trips: (): number => begun,
    spentMs: (): number => spentMs,
    isIdle: (): boolean => inFlight === 0,
    watch: (database: Database): Database => ({
      ...database,
      run: (...args) => watched(() => database.run(...args)),
      transact: (...args) => watched(() => database.transact(...args)),
    }),
  };
}

/**
 * Counts the replies that a call waits for, one after the other. The count is never too low. It is too high if the
 * machine is so busy that two parallel queries arrive further apart than a reply is held back.
 */
export async function countSequentialTrips(holdMs: number, call: () => Promise<unknown>): Promise<number> {
  await waitUntilIdle(holdMs);
  const own: TripCount = { holdMs, sequential: 0 };
  count = own;
  try {
    await call();
    return own.sequential;
  } finally {
    count = { holdMs: 0, sequential: 0 };
  }
}

const stepMs = 5;

/** An earlier call may still work after its response. That work must not be counted. */
async function waitUntilIdle(forMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < forMs; waitedMs += stepMs) {
    await sleep(stepMs);
    if (inFlight > 0) waitedMs = 0;
  }
}
