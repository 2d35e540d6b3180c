import '../../proof/support/with-quick-hashes.ts';

import { afterAll, expect, test } from 'vitest';
import { isOverBudget } from '../../bench/trips/budget.ts';
import { callOf, tripsOf } from '../../bench/trips/measure.ts';
import { readTable } from '../../bench/trips/table.ts';
import { stop } from '../../proof/support/kairos.ts';
import { operations } from '../contract/document.ts';
import { exampleNames, operationOf } from '../contract/examples.ts';

// A Worker and a database of its own: what goes on beside would be counted too.
afterAll(stop);

const rows = readTable();

test('every operation of the document has its row in docs/trips.md, and there is no other', () => {
  expect(rows.map(({ name, call }) => [name, call])).toEqual(exampleNames.map((name) => [name, callOf(name)]));
  expect(new Set(rows.map(({ name }) => operationOf(name)))).toEqual(new Set(operations));
});

test.each(exampleNames)('%s makes as many trips to the database as docs/trips.md says', async (name) => {
  const { trips: told = {} } = rows.find((row) => row.name === name) ?? {};
  expect(await tripsOf(name, told)).toEqual(told);
  expect(isOverBudget(operationOf(name), told)).toBe(false);
});
