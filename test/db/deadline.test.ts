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

test('a trip that is answered in time is let be', async () => {
  expect(await outcomes(deadlineAfter(1_000)(tripOf(950)))).toEqual(['answered']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a trip that is not is ended', async () => {
  expect(await outcomes(deadlineAfter(1_000)(tripOf(1_050)))).toEqual(['no answer in time']);
});

test('trips one after the other share the time', async () => {
  const deadline = deadlineAfter(1_000);
  expect(await outcomes(deadline(tripOf(650)))).toEqual(['answered']);
  expect(await outcomes(deadline(tripOf(350)))).toEqual(['answered']);
  expect(await outcomes(deadline(tripOf(150)))).toEqual(['no answer in time']);
});

test('trips at the same time count once', async () => {
  const deadline = deadlineAfter(1_000);
  expect(await outcomes(deadline(tripOf(650)), deadline(tripOf(650)))).toEqual(['answered', 'answered']);
  expect(await outcomes(deadline(tripOf(350)))).toEqual(['answered']);
});
