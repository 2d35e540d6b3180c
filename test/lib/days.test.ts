import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, dayOf } from '../../src/lib/days.ts';

describe('dayOf', () => {
  test.each([
    ['1970-01-01T00:00:00.000Z', '1970-01-01'],
    ['2026-06-12T23:59:59.999Z', '2026-06-12'],
    ['2026-06-13T00:30:00+02:00', '2026-06-12'],
    ['2026-06-11T20:00:00-05:00', '2026-06-12'],
    ['2028-02-29T12:00:00Z', '2028-02-29'],
    ['2199-12-31T23:59:59Z', '2199-12-31'],
  ])('the UTC day of %s is %s', (time, day) => {
    expect(dayOf(new Date(time))).toBe(day);
  });
});

describe('addDays', () => {
  test.each([
    ['2026-06-12', 0, '2026-06-12'],
    ['2026-06-30', 1, '2026-07-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-28', 2, '2028-03-01'],
    ['2100-02-28', 1, '2100-03-01'],
    ['2026-03-29', 1, '2026-03-30'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-01-01', 365, '2027-01-01'],
    ['2028-01-01', 366, '2029-01-01'],
    ['2199-12-31', 100_000, '2473-10-15'],
  ])('the day %s plus %i days is %s', (day, days, expected) => {
    expect(addDays(day, days)).toBe(expected);
  });

  test('adding days and subtracting them again gives the same day', () => {
    const day = fc.integer({ min: 0, max: 84_000 }).map((days) => addDays('1970-01-01', days));
    fc.assert(
      fc.property(day, fc.integer({ min: -5_000, max: 5_000 }), (from, days) => {
        expect(addDays(addDays(from, days), -days)).toBe(from);
        expect(Date.parse(addDays(from, days)) - Date.parse(from)).toBe(days * 86_400_000);
      }),
    );
  });
});
