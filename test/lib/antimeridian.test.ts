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

test.each<[string, number[], object[]]>([
  [
    'is the end of the first part',
    [178, 5, 180, 6, -178, 7],
    [
      { from: 0, to: 2, after: undefined },
      { from: 2, to: 3, before: { longitude: -180, latitude: 6 } },
    ],
  ],
  [
    'on the other side is the beginning of the second part',
    [178, 5, -180, 6, -178, 7],
    [
      { from: 0, to: 1, after: { longitude: 180, latitude: 6 } },
      { from: 1, to: 3, before: undefined },
    ],
  ],
  [
    'at the end of the line begins no part',
    [178, 5, -180, 6],
    [{ from: 0, to: 1, after: { longitude: 180, latitude: 6 } }],
  ],
  [
    'at the beginning of the line ends no part',
    [180, 5, -178, 6],
    [{ from: 1, to: 2, before: { longitude: -180, latitude: 5 } }],
  ],
  [
    'twice, on both sides, is a cut without a length',
    [178, 5, 180, 6, -180, 6, -178, 7],
    [
      { from: 0, to: 2, after: undefined },
      { from: 2, to: 4, before: undefined },
    ],
  ],
  ['alone on both sides stays a line', [180, 5, -180, 5], [{ from: 0, to: 2 }]],
])('a point on the antimeridian %s', (_, coordinates, parts) => {
  expect(cut(2, ...coordinates)).toMatchObject(parts);
});
