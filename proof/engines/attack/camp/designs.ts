import { maxShiftS, maxSkew } from '../../../../src/features/presence/shift.rules.ts';
import { finerPassages, publishedPassages } from './grids.ts';
import { bestGuess, credibleKm, nearM, type Places } from './places.ts';
import { campM, nightsOf, type Rider } from './plans.ts';
import {
  afterAsking,
  beforeAsking,
  drawTiming,
  noNoise,
  type Presence,
  presenceOf,
  type TimeNoise,
} from './posterior.ts';

/** A way to publish journeys, and the camps that it leaves possible to an attacker. */
export type Design = { name: string; places: (rider: Rider, roll: () => number) => Places };

function published(noise: TimeNoise, passagesOf = publishedPassages): Design['places'] {
  return (rider, roll) => {
    const passages = passagesOf(rider.route);
    return afterAsking(rider, passages, presenceOf(passages, drawTiming(rider, noise, roll)), noise);
  };
}

/** The real design, with the presence from the database. */
export const asPublished = (presenceOfRider: (rider: Rider) => Presence, noise: TimeNoise): Design => ({
  name: 'as published',
  places: (rider) => afterAsking(rider, publishedPassages(rider.route), presenceOfRider(rider), noise),
});

const maxShiftDays = maxShiftS / 86_400;
export const ownNoise: TimeNoise = { maxShiftDays, maxSkew };

/** Other designs, computed without the database. */
export const otherDesigns: readonly Design[] = [
  { name: 'no shift, no skew', places: published(noNoise) },
  { name: 'no skew', places: published({ maxShiftDays, maxSkew: 0 }) },
  { name: 'no shift', places: published({ maxShiftDays: 0, maxSkew }) },
  { name: 'a shift of up to 36 hours, no skew', places: published({ maxShiftDays: 1.5, maxSkew: 0 }) },
  { name: 'a shift of up to 36 hours, a skew of up to 10 %', places: published({ maxShiftDays: 1.5, maxSkew: 0.1 }) },
  { name: 'a shift of up to 3 days, a skew of up to 20 %', places: published({ maxShiftDays: 3, maxSkew: 0.2 }) },
  { name: 'a shift of up to 7 days, a skew of up to 50 %', places: published({ maxShiftDays: 7, maxSkew: 0.5 }) },
  { name: 'cells of 5 km', places: published(ownNoise, (route) => finerPassages(route, 5)) },
];

/** The success of the attack on all riders, measured and expected. */
export type AttackResult = {
  medianKm: number;
  /** The share of riders whose region is at least `wideKm`. */
  wide: number;
  /** A line for each of the other riders. */
  narrow: string[];
  hits: number;
  expected: number;
  priorMedianKm: number;
  priorHits: number;
  priorExpected: number;
};

export const wideKm = 25;

const describe = ({ route, plan, tonight }: Rider, km: number, priorKm: number): string =>
  `${km} km for night ${tonight - plan.startDay + 1} of ${nightsOf(route, plan.paceM)} of ${route.name}, ${priorKm} before asking`;

export function attackAll(riders: readonly Rider[], { places }: Design, roll: () => number): AttackResult {
  const each = riders.map((rider) => {
    const atM = campM(rider.route, rider.plan, rider.tonight) ?? 0;
    const [before, after] = [beforeAsking(rider), places(rider, roll)];
    const [guess, priorGuess] = [bestGuess(after), bestGuess(before)];
    const isHit = (guessM: number) => Number(Math.abs(guessM - atM) <= nearM);
    return {
      rider,
      km: credibleKm(after),
      priorKm: credibleKm(before),
      hit: isHit(guess.atM),
      expected: guess.chance,
      priorHit: isHit(priorGuess.atM),
      priorExpected: priorGuess.chance,
    };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return {
    medianKm: median(each.map(({ km }) => km)),
    priorMedianKm: median(each.map(({ priorKm }) => priorKm)),
    narrow: each.filter(({ km }) => km < wideKm).map(({ rider, km, priorKm }) => describe(rider, km, priorKm)),
    wide: mean(each.map(({ km }) => Number(km >= wideKm))),
    hits: mean(each.map(({ hit }) => hit)),
    expected: mean(each.map(({ expected }) => expected)),
    priorHits: mean(each.map(({ priorHit }) => priorHit)),
    priorExpected: mean(each.map(({ priorExpected }) => priorExpected)),
  };
}
