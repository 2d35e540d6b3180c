import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Db, longWaitMs, openForCall, openWithLongDeadline } from '../../src/db/client.ts';
import { config } from '../support/app.ts';

const tripMs = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal(
    'fetch',
    (_: string, { signal }: { signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        setTimeout(() => resolve(Response.json({ fields: [], rows: [], rowCount: 0, command: 'SELECT' })), tripMs);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function twoTrips(db: Db): Promise<string[]> {
  const trips: string[] = [];
  for (let made = 0; made < 2; made += 1) {
    const [trip] = await Promise.all([Promise.allSettled([db.execute(sql`select`)]), vi.runAllTimersAsync()]);
    trips.push(...trip.map(({ status }) => status));
  }
  return trips;
}

test('the round trips of a request share one deadline [O6]', async () => {
  const { db } = openForCall({ ...config.database, waitMs: longWaitMs });
  expect(await twoTrips(db)).toEqual(['fulfilled', 'rejected']);
});

test('background work may make any number of slow round trips', async () => {
  expect(await twoTrips(openWithLongDeadline(config.database))).toEqual(['fulfilled', 'fulfilled']);
});
