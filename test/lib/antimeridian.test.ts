import { expect, test } from 'vitest';
import { cutAtAntimeridian } from '../../src/lib/antimeridian.ts';

const cut = (dimensions: 2 | 3, ...coordinates: number[]) =>
  cutAtAntimeridian({ dimensions, coordinates: Float64Array.from(coordinates) });

test('a line that crosses no antimeridian stays one part', () => {
  expect(cut(2, 179, 1, 180, 2, 179, 3)).toEqual([{ from: 0, to: 3, before: undefined, after: undefined }]);
});

test('a line is cut where it crosses the antimeridian in either direction, at its latitude and elevation there', () => {
  const [there, back] = [
    { latitude: 11, elevationM: 200 },
    { latitude: 15.5, elevationM: 375 },
  ];
  expect(cut(3, 179, 10, 100, -179, 12, 300, -177, 14, 300, 179, 16, 400)).toEqual([
    { from: 0, to: 1, before: undefined, after: { longitude: 180, ...there } },
    { from: 1, to: 3, before: { longitude: -180, ...there }, after: { longitude: -180, ...back } },
    { from: 3, to: 4, before: { longitude: 180, ...back }, after: undefined },
  ]);
});

test('a leg from 180 to -180 is cut without a length', () => {
  const [first, second] = cut(2, 180, 5, -180, 5);
  expect(first?.after).toEqual({ longitude: 180, latitude: 5, elevationM: undefined });
  expect(second?.before).toEqual({ longitude: -180, latitude: 5, elevationM: undefined });
});
