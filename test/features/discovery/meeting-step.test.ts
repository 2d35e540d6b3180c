import { expect, test } from 'vitest';
import { meetingStep, type PathStep, stretchAround } from '../../../src/features/discovery/encounter.rules.ts';
import { cellAt, cellCentre, cellEastOf } from '../../../src/lib/grid.ts';

const first = cellAt([10, 47]);
/** Eastwards cell by cell, and back again: the path passes each cell in two buckets. */
const path: PathStep[] = [0, 4, 8, 8, 4, 0].map((east, index) => ({
  cell: cellEastOf(first, east),
  bucket: index < 3 ? 7_000 : 7_003,
  firstMs: undefined,
  lastMs: undefined,
}));

/** Presence may still have a bucket that the path no longer has, since rides leave presence only with the daily job. */
const cases: [what: string, east: number, bucket: number | undefined, step: number][] = [
  ['the step on the way back within their bucket', 0, 7_003, 5],
  ['the step on the way out within their bucket', 0, 7_000, 0],
  ['the nearest step within their bucket', 3, 7_003, 4],
  ['the first nearest step if days are ignored', 4, undefined, 1],
  ['the first nearest step if their bucket is no longer in the path', 4, 6_990, 1],
  ['the far end if it is nearest and their bucket is no longer in the path', 9, 6_990, 2],
];

test.each(cases)('the step of an encounter is %s', (_what, east, bucket, step) => {
  expect(meetingStep(path, cellEastOf(first, east), bucket)).toBe(step);
});

const wayThrough = (...eastward: number[]): PathStep[] =>
  eastward.map((east) => ({ cell: cellEastOf(first, east), bucket: 7_000, firstMs: undefined, lastMs: undefined }));

const stretches: [what: string, path: PathStep[], at: number, eastward: number[]][] = [
  ['goes on until it is 50 km long', wayThrough(0, 1, 2, 3, 4, 5), 3, [2, 3, 4]],
  ['gets no longer by a way back through the same cells', wayThrough(0, 1, 0, 1, 2, 3), 1, [0, 1, 0, 1, 2]],
  ['between two cells is drawn from the cell before to the cell after', wayThrough(0, 1, 0, 1, 0, 1, 0), 2, [-1, 0, 1]],
];

test.each(stretches)('the stretch of an encounter %s', (_what, steps, at, eastward) => {
  expect(stretchAround(steps, at).line).toEqual(eastward.map((east) => cellCentre(cellEastOf(first, east))));
});
