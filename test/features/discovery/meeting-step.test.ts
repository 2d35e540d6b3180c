import { expect, test } from 'vitest';
import { meetingStep, type PathStep } from '../../../src/features/discovery/encounter.rules.ts';
import { cellAt, cellEastOf } from '../../../src/lib/grid.ts';

const first = cellAt([10, 47]);
/** Eastwards cell by cell, and back again: each cell is passed in two buckets. */
const path: PathStep[] = [0, 4, 8, 8, 4, 0].map((east, index) => ({
  cell: cellEastOf(first, east),
  bucket: index < 3 ? 7_000 : 7_003,
  firstMs: undefined,
  lastMs: undefined,
}));

/** Presence may still hold a bucket that the path has lost: what is ridden leaves it with the daily job only. */
const cases: [what: string, east: number, bucket: number | undefined, step: number][] = [
  ['in the bucket, where I pass them on the way back', 0, 7_003, 5],
  ['in the bucket, where I pass them on the way out', 0, 7_000, 0],
  ['in the bucket, as near as I come in it', 3, 7_003, 4],
  ['where days do not count, the first time I come so near', 4, undefined, 1],
  ['in a bucket of which nothing is left, the first time I come so near', 4, 6_990, 1],
  ['in a bucket of which nothing is left, at the far end', 9, 6_990, 2],
];

test.each(cases)('somebody is met %s', (_what, east, bucket, step) => {
  expect(meetingStep(path, cellEastOf(first, east), bucket)).toBe(step);
});
