import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deadlineAfter } from '../../src/db/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const tripOf = (ms: number) => (signal: AbortSignal) =>
  new Promise<string>((resolve, reject) => {
    setTimeout(() => resolve('answered'), ms);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

async function outcomes(...trips: Promise<string>[]): Promise<string[]> {
  const settled = Promise.all(trips.map((trip) => trip.catch((error: Error) => error.message)));
  await vi.runAllTimersAsync();
  return await settled;
}

test('a round trip that is answered in time is not aborted', async () => {
  expect(await outcomes(deadlineAfter(1_000)(tripOf(950)))).toEqual(['answered']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a round trip that is not answered in time is aborted', async () => {
  expect(await outcomes(deadlineAfter(1_000)(tripOf(1_050)))).toEqual(['no answer in time']);
});

test('consecutive round trips share the time of the deadline', async () => {
  const deadline = deadlineAfter(1_000);
  expect(await outcomes(deadline(tripOf(650)))).toEqual(['answered']);
  expect(await outcomes(deadline(tripOf(350)))).toEqual(['answered']);
  expect(await outcomes(deadline(tripOf(150)))).toEqual(['no answer in time']);
});

test('simultaneous round trips use the time of the deadline once', async () => {
  const deadline = deadlineAfter(1_000);
  expect(await outcomes(deadline(tripOf(650)), deadline(tripOf(650)))).toEqual(['answered', 'answered']);
  expect(await outcomes(deadline(tripOf(350)))).toEqual(['answered']);
});
