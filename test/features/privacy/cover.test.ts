import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverOf } from '../../../src/features/privacy/cover.rules.ts';
import { distanceM, type Position } from '../../../src/lib/geodesy.ts';

const key = new Uint8Array(32).fill(7);
const place: fc.Arbitrary<Position> = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -85, max: 85, noNaN: true }),
);
const radius = fc.integer({ min: 1_000, max: 20_000 });
const middle = ({ longitude, latitude }: { longitude: number; latitude: number }): Position => [longitude, latitude];

describe('covers of privacy zones', () => {
  test('a cover contains its whole zone anywhere on the globe', () => {
    fc.assert(
      fc.property(place, radius, fc.uuid(), (center, radiusM, rider) => {
        const cover = coverOf(key, rider, center, radiusM);
        expect(distanceM(middle(cover), center) + radiusM).toBeLessThan(cover.radiusM * 1.01);
        expect(Math.abs(cover.longitude)).toBeLessThanOrEqual(180);
      }),
    );
  });

  test('a cover stays the same for a zone made again nearby, and differs between riders', () => {
    // Fixed riders, since offsets that are the same may be rounded differently.
    const [anna, ben] = ['anna', 'ben'];
    const offset = (who: string, [longitude, latitude]: Position) => {
      const cover = coverOf(key, who, [longitude, latitude], 2_000);
      return [cover.longitude - longitude, cover.latitude - latitude].map((degrees) => degrees.toFixed(4)).join();
    };
    expect(offset(anna, [16.3801, 48.2001])).toBe(offset(anna, [16.3802, 48.2003]));
    expect(offset(ben, [16.3801, 48.2001])).not.toBe(offset(anna, [16.3801, 48.2001]));
    expect(coverOf(new Uint8Array(32).fill(8), anna, [16.38, 48.2], 2_000)).not.toEqual(
      coverOf(key, anna, [16.38, 48.2], 2_000),
    );
  });

  test.each([
    [1_000, 2_000],
    [2_000, 2_000],
    [4_000, 5_000],
    [10_000, 10_000],
    [20_000, 20_000],
  ])(
    "the center of a cover for a radius of %i m is within %i m of the zone's center and rarely near it",
    (radiusM, withinM) => {
      const center: Position = [16.3738, 48.2082];
      // The same riders each time: a share of a sample is near its limit now and then.
      const apartM = Array.from({ length: 2_000 }, (_, n) =>
        distanceM(middle(coverOf(key, `rider ${n}`, center, radiusM)), center),
      );
      const nearerThan = (share: number) => apartM.filter((apart) => apart < share * withinM).length / apartM.length;
      expect(nearerThan(1.01)).toBe(1);
      // At random in the circle it would be one in 16 and one in four; moved twice, one in ten and two in five.
      expect(nearerThan(0.25)).toBeLessThan(0.13);
      expect(nearerThan(0.5)).toBeLessThan(0.45);
      expect(nearerThan(0.9)).toBeGreaterThan(0.7);
    },
  );

  test('the cover of a wider zone contains that of a narrower one, so that both reveal no more than one', () => {
    const center: Position = [16.3738, 48.2082];
    for (let n = 0; n < 200; n += 1) {
      const who = `rider ${n}`;
      const [narrow, wide] = [coverOf(key, who, center, 2_000), coverOf(key, who, center, 20_000)];
      expect(distanceM(middle(narrow), middle(wide))).toBeLessThan(18_200);
      expect([narrow.radiusM, wide.radiusM]).toEqual([4_000, 40_000]);
    }
  });
});
