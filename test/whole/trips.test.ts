import '../../proof/support/with-quick-hashes.ts';

import { afterAll, expect, test } from 'vitest';
import { isOverBudget } from '../../bench/trips/budget.ts';
import { measureTrips } from '../../bench/trips/measure.ts';
import { stop } from '../../proof/support/kairos.ts';
import { exampleNames, operationOf, wayOf } from '../contract/register.ts';

// A Worker and a database of its own: what goes on beside would be counted too.
afterAll(stop);

test.each(exampleNames)('%s makes as many round trips to the database as its entry says', async (name) => {
  const { trips } = wayOf(name);
  expect(await measureTrips(name)).toEqual(trips);
  expect(isOverBudget(operationOf(name), [trips].flat())).toBe(false);
});
