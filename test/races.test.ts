import { afterAll, describe, expect, test } from 'vitest';
import { stop } from '../proof/kairos.ts';
import { faultOf } from '../proof/races/race.ts';
import { races } from '../proof/races/races.ts';

const atOnce = 20;
const rounds = 20;

afterAll(stop);

describe(`of ${atOnce} at once, ${rounds} times over`, () => {
  test.each(races.filter(({ isHashing }) => !isHashing))('$title', { timeout: 300_000 }, async (race) => {
    for (let round = 0; round < rounds; round += 1) expect(await faultOf(race, atOnce)).toBeUndefined();
  });
});

describe(`of ${atOnce} at once, once, since each costs a hash`, () => {
  test.each(races.filter(({ isHashing }) => isHashing))('$title', { timeout: 300_000 }, async (race) => {
    expect(await faultOf(race, atOnce)).toBeUndefined();
  });
});
