import type { Passage } from '../abstraction.ts';
import type { Places } from './places.ts';
import { campM, maxPaceM, minPaceM, nightsOf, type Plan, pacesOf, type Rider } from './plans.ts';

/** The published buckets of each cell. */
export type Presence = ReadonlyMap<number, ReadonlySet<number>>;

const bucketDays = 3;

/** The maximum change of a plan's times before they are published: moved by a shift, and stretched by a skew. */
export type TimeNoise = { maxShiftDays: number; maxSkew: number };
export const noNoise: TimeNoise = { maxShiftDays: 0, maxSkew: 0 };

/** A possible timing of a published plan. The weight is its probability. */
export type Timing = { startDay: number; daysPerM: number; weight: number };

export const drawTiming = ({ plan }: Rider, noise: TimeNoise, roll: () => number): Timing => ({
  startDay: plan.startDay + (2 * roll() - 1) * noise.maxShiftDays,
  daysPerM: (1 + (2 * roll() - 1) * noise.maxSkew) / plan.paceM,
  weight: 1,
});

const bucketOf = ({ startDay, daysPerM }: Timing, atM: number): number =>
  Math.floor((startDay + atM * daysPerM) / bucketDays);

export function presenceOf(passages: readonly Passage[], timing: Timing): Map<number, Set<number>> {
  const presence = new Map<number, Set<number>>();
  for (const { cell, fromM, toM } of passages) {
    const buckets = presence.get(cell) ?? new Set<number>();
    for (let bucket = bucketOf(timing, fromM); bucket <= bucketOf(timing, toM); bucket += 1) buckets.add(bucket);
    presence.set(cell, buckets);
  }
  return presence;
}

const isEqual = (one: Presence, other: Presence): boolean =>
  [...one].every(([cell, buckets]) => {
    const others = other.get(cell);
    return others?.size === buckets.size && [...buckets].every((bucket) => others.has(bucket));
  });

/** The steps between tried timings: a share of the pace, and days of shift. */
type Resolution = { paceStep: number; shiftStepDays: number };

/** Tried in turn until one finds a timing. */
const resolutions: readonly Resolution[] = [
  { paceStep: 0.000_5, shiftStepDays: 0.25 },
  { paceStep: 0.000_1, shiftStepDays: 0.02 },
  { paceStep: 0.000_01, shiftStepDays: 0.002 },
];

type Bounds = { fromM: number; toM: number; first: number; last: number; isOnlyPassage: boolean };

function boundsOf(passages: readonly Passage[], presence: Presence): Bounds[] {
  const counts = new Map<number, number>();
  for (const { cell } of passages) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return passages.map(({ cell, fromM, toM }) => {
    const buckets = presence.get(cell) ?? new Set();
    const isOnlyPassage = counts.get(cell) === 1;
    return { fromM, toM, first: Math.min(...buckets), last: Math.max(...buckets), isOnlyPassage };
  });
}

/** The timings with this pace that lead to this presence. */
function timingsAt(
  daysPerM: number,
  bounds: readonly Bounds[],
  passages: readonly Passage[],
  presence: Presence,
  noise: TimeNoise,
  { shiftStepDays }: Resolution,
): Timing[] {
  let [min, max] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { fromM, toM, first, last, isOnlyPassage } of bounds) {
    min = Math.max(min, first * bucketDays - fromM * daysPerM);
    max = Math.min(max, (last + 1) * bucketDays - toM * daysPerM);
    if (isOnlyPassage) {
      max = Math.min(max, (first + 1) * bucketDays - fromM * daysPerM);
      min = Math.max(min, last * bucketDays - toM * daysPerM);
    }
    if (min >= max) return [];
  }
  return startDays(min, max, noise.maxShiftDays === 0 ? undefined : shiftStepDays)
    .map((found) => ({ ...found, daysPerM }))
    .filter((timing) => isEqual(presenceOf(passages, timing), presence));
}

/** Possible start days in a range, each with its weight. Without a shift they are whole days. */
function startDays(min: number, max: number, stepDays: number | undefined): Pick<Timing, 'startDay' | 'weight'>[] {
  if (stepDays === undefined) {
    const first = Math.ceil(min);
    return Array.from({ length: Math.max(0, Math.ceil(max - first)) }, (_, n) => ({ startDay: first + n, weight: 1 }));
  }
  const count = Math.ceil((max - min) / stepDays);
  const weight = (max - min) / count;
  return Array.from({ length: count }, (_, n) => ({ startDay: min + (n + 0.5) * weight, weight }));
}

/** The timings with any pace that lead to this presence. */
function timingsOf(rider: Rider, passages: readonly Passage[], presence: Presence, noise: TimeNoise): Timing[] {
  const bounds = boundsOf(passages, presence);
  for (const resolution of resolutions) {
    const found = publishedPaces(rider, noise, resolution).flatMap(({ daysPerM, share }) =>
      timingsAt(daysPerM, bounds, passages, presence, noise, resolution).map((timing) => ({
        ...timing,
        weight: timing.weight * share,
      })),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Possible published paces, each with its weight. */
function publishedPaces(rider: Rider, { maxSkew }: TimeNoise, { paceStep }: Resolution) {
  if (maxSkew === 0) return pacesOf(rider.prior).map((paceM) => ({ daysPerM: 1 / paceM, share: 1 }));
  const [min, max] = [(1 - maxSkew) / maxPaceM, (1 + maxSkew) / minPaceM];
  const count = Math.ceil(Math.log(max / min) / Math.log1p(paceStep));
  return Array.from({ length: count }, (_, n) => min * (1 + paceStep) ** n).map((daysPerM) => ({
    daysPerM,
    share: daysPerM,
  }));
}

/** The possible camps of tonight by the prior alone. */
export function beforeAsking(rider: Rider): Places {
  const { prior } = rider;
  const places: Places = [];
  for (const paceM of pacesOf(prior)) {
    for (let startDay = prior.firstDay; startDay < prior.firstDay + prior.days; startDay += 1)
      places.push(...placesOf(rider, { startDay, paceM }, 1));
  }
  return places;
}

/** The possible camps of tonight once the presence is known. */
export function afterAsking(rider: Rider, passages: readonly Passage[], presence: Presence, noise: TimeNoise): Places {
  const { firstDay, days } = rider.prior;
  const timings = timingsOf(rider, passages, presence, noise);
  const places = pacesOf(rider.prior).flatMap((paceM) => {
    const weights = new Map<number, number>();
    for (const { startDay, daysPerM, weight } of timings) {
      if (Math.abs(daysPerM * paceM - 1) > noise.maxSkew + 1e-9) continue;
      const [min, max] = [startDay - noise.maxShiftDays, startDay + noise.maxShiftDays];
      for (let day = Math.max(firstDay, Math.ceil(min)); day <= Math.min(firstDay + days - 1, max); day += 1)
        weights.set(day, (weights.get(day) ?? 0) + weight * paceM);
    }
    return [...weights].flatMap(([day, weight]) => placesOf(rider, { startDay: day, paceM }, weight));
  });
  if (places.length === 0) throw new Error('no plan leads to the published presence');
  return places;
}

/** All nights of a plan are equally likely, so one night of a long plan weighs less. */
function placesOf({ route, tonight }: Rider, plan: Plan, weight: number): Places {
  const atM = campM(route, plan, tonight);
  return atM === undefined ? [] : [{ atM, weight: weight / nightsOf(route, plan.paceM) }];
}
