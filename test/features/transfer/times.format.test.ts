import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTime } from '../../../src/features/transfer/formats/times.ts';

const digits = (width: number, min: number, max: number) =>
  fc.integer({ min, max }).map((value) => String(value).padStart(width, '0'));

test('a time in the usual spelling is read as one in a spelling that only few programs write', () => {
  const day = fc.tuple(digits(4, 1960, 2110), digits(2, 0, 13), digits(2, 0, 32));
  const timeOfDay = fc.tuple(digits(2, 0, 25), digits(2, 0, 61), digits(2, 0, 61));
  const fraction = fc.constantFrom('', '.5', '.25', '.125', '.1239');
  fc.assert(
    fc.property(day, timeOfDay, fraction, (date, clock, rest) => {
      const usual = `${date.join('-')}T${clock.join(':')}${rest}Z`;
      const latestMs = Date.UTC(2090, 0);
      expect(parseTime(usual, latestMs)).toEqual(parseTime(usual.replace('T', ' '), latestMs));
    }),
    { numRuns: 3_000 },
  );
});
