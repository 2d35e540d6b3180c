import { vi } from 'vitest';

/** Fakes `Date` only. The end of the test restores it. */
export function setTime(time: Date): void {
  vi.useFakeTimers({ toFake: ['Date'], now: time });
}

const unitMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

export function advance(amount: number, unit: keyof typeof unitMs): void {
  setTime(new Date(Date.now() + amount * unitMs[unit]));
}
