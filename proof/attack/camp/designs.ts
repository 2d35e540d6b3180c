import { finerPassages, publishedPassages } from './grids.ts';
import { bestGuess, credibleKm, nearM, type Places } from './places.ts';
import { campM, leastPaceM, mostPaceM, pacesOf, type Rider } from './plans.ts';
import {
  afterAsking,
  beforeAsking,
  effectivePlans,
  noShift,
  ownShift,
  type Presence,
  presenceOf,
  type Shift,
} from './posterior.ts';

/** What an attacker knows of a rider's camp, by what is published. */
export type Design = { name: string; places: (rider: Rider, roll: () => number) => Places };

const fromDayOf = ({ plan }: Rider, { mostDays }: Shift, roll: () => number): number =>
  plan.startDay + Math.floor(roll() * (2 * mostDays + 1)) - mostDays;

function published(shift: Shift, passagesOf = publishedPassages): Design['places'] {
  return (rider, roll) => {
    const passages = passagesOf(rider.route);
    const presence = presenceOf(passages, fromDayOf(rider, shift, roll), rider.plan.paceM);
    return afterAsking(rider, effectivePlans(rider, passages, presence), shift);
  };
}

/**
 * A pace that is published as up to so much less or more than it is, as likely each, by the same secret as the shift.
 * The attacker is given that pace and day to the metre, which is more than any number of cells could say.
 */
function stretched(share: number, shift: Shift): Design['places'] {
  return (rider, roll) => {
    const publishedPaceM = rider.plan.paceM / (1 + (2 * roll() - 1) * share);
    const fromDay = fromDayOf(rider, shift, roll);
    const [least, most] = [publishedPaceM * (1 - share), publishedPaceM * (1 + share)];
    return pacesOf(rider.prior)
      .filter((paceM) => paceM >= Math.max(least, leastPaceM) && paceM <= Math.min(most, mostPaceM))
      .flatMap((paceM) => afterAsking(rider, [{ fromDay, paceM }], shift));
  };
}

/** With what the database says is published of a rider. */
export const asPublished = (presenceOfRider: (rider: Rider) => Presence, shift: Shift): Design => ({
  name: 'as published',
  places: (rider) =>
    afterAsking(rider, effectivePlans(rider, publishedPassages(rider.route), presenceOfRider(rider)), shift),
});

/** What other designs would give away, worked out without the database. */
export const otherDesigns: readonly Design[] = [
  { name: 'no shift', places: published(noShift) },
  { name: 'cells of 5 km', places: published(ownShift, (route) => finerPassages(route, 5)) },
  { name: 'cells of 5 km, no shift', places: published(noShift, (route) => finerPassages(route, 5)) },
  { name: 'a shift of up to 7 days', places: published({ mostDays: 7 }) },
  { name: 'paces stretched by up to 10 %', places: stretched(0.1, ownShift) },
  { name: 'paces stretched by up to 20 %', places: stretched(0.2, ownShift) },
  { name: 'paces stretched by up to 30 %, a shift of up to 3 days', places: stretched(0.3, { mostDays: 3 }) },
  { name: 'paces stretched by up to 20 %, a shift of up to 7 days', places: stretched(0.2, { mostDays: 7 }) },
];

/** What the attack achieves on some riders: how it went, and how likely that was. */
export type Achieved = {
  medianKm: number;
  /** The share of riders whose region is so wide. */
  wide: number;
  hits: number;
  expected: number;
  priorMedianKm: number;
  priorHits: number;
  priorExpected: number;
};

export const wideKm = 25;

export function attackAll(riders: readonly Rider[], { places }: Design, roll: () => number): Achieved {
  const each = riders.map((rider) => {
    const atM = campM(rider.route, rider.plan, rider.tonight) ?? 0;
    const [before, after] = [beforeAsking(rider), places(rider, roll)];
    const [guess, priorGuess] = [bestGuess(after), bestGuess(before)];
    const isHit = (guessM: number) => Number(Math.abs(guessM - atM) <= nearM);
    return {
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
    wide: mean(each.map(({ km }) => Number(km >= wideKm))),
    hits: mean(each.map(({ hit }) => hit)),
    expected: mean(each.map(({ expected }) => expected)),
    priorHits: mean(each.map(({ priorHit }) => priorHit)),
    priorExpected: mean(each.map(({ priorExpected }) => priorExpected)),
  };
}
