import type { Passage } from '../abstraction.ts';
import type { Places } from './places.ts';
import { campM, leastPaceM, maxPaceM, nightsOf, type Plan, pacesOf, type Rider } from './plans.ts';

/** What is published: the buckets of each cell. */
export type Presence = ReadonlyMap<number, ReadonlySet<number>>;

const bucketDays = 3;

/** How far a plan's times are changed before they are published: moved by a shift, and stretched by a skew. */
export type Hiding = { maxShiftDays: number; maxSkew: number };
export const nothingHidden: Hiding = { maxShiftDays: 0, maxSkew: 0 };

/** When a plan is, as published: where it is at which time. As likely as its weight. */
export type Timing = { startDay: number; daysPerM: number; weight: number };

export const hiddenTiming = ({ plan }: Rider, hiding: Hiding, roll: () => number): Timing => ({
  startDay: plan.startDay + (2 * roll() - 1) * hiding.maxShiftDays,
  daysPerM: (1 + (2 * roll() - 1) * hiding.maxSkew) / plan.paceM,
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

/** How finely timings are tried: a pace and the next by its share, a shift and the next by days. */
type Fineness = { paceStep: number; shiftStepDays: number };

/** The next where the one before finds nothing. */
const finenesses: readonly Fineness[] = [
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

/** By which timings of this pace a plan may have come to be published so. */
function timingsAt(
  daysPerM: number,
  bounds: readonly Bounds[],
  passages: readonly Passage[],
  presence: Presence,
  hiding: Hiding,
  { shiftStepDays }: Fineness,
): Timing[] {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { fromM, toM, first, last, isOnlyPassage } of bounds) {
    least = Math.max(least, first * bucketDays - fromM * daysPerM);
    most = Math.min(most, (last + 1) * bucketDays - toM * daysPerM);
    if (isOnlyPassage) {
      most = Math.min(most, (first + 1) * bucketDays - fromM * daysPerM);
      least = Math.max(least, last * bucketDays - toM * daysPerM);
    }
    if (least >= most) return [];
  }
  return startDays(least, most, hiding.maxShiftDays === 0 ? undefined : shiftStepDays)
    .map((found) => ({ ...found, daysPerM }))
    .filter((timing) => isEqual(presenceOf(passages, timing), presence));
}

/** First days between two, with what each stands for. Where nothing is shifted they are whole. */
function startDays(least: number, most: number, stepDays: number | undefined): Pick<Timing, 'startDay' | 'weight'>[] {
  if (stepDays === undefined) {
    const first = Math.ceil(least);
    return Array.from({ length: Math.max(0, Math.ceil(most - first)) }, (_, n) => ({ startDay: first + n, weight: 1 }));
  }
  const count = Math.ceil((most - least) / stepDays);
  const weight = (most - least) / count;
  return Array.from({ length: count }, (_, n) => ({ startDay: least + (n + 0.5) * weight, weight }));
}

/** By which timings a plan of any pace may have come to be published so. */
function timingsOf(rider: Rider, passages: readonly Passage[], presence: Presence, hiding: Hiding): Timing[] {
  const bounds = boundsOf(passages, presence);
  for (const fineness of finenesses) {
    const found = pacesTried(rider, hiding, fineness).flatMap(({ daysPerM, share }) =>
      timingsAt(daysPerM, bounds, passages, presence, hiding, fineness).map((timing) => ({
        ...timing,
        weight: timing.weight * share,
      })),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Paces that may be published, each with the share of all that it stands for. */
function pacesTried(rider: Rider, { maxSkew }: Hiding, { paceStep }: Fineness) {
  if (maxSkew === 0) return pacesOf(rider.prior).map((paceM) => ({ daysPerM: 1 / paceM, share: 1 }));
  const [least, most] = [(1 - maxSkew) / maxPaceM, (1 + maxSkew) / leastPaceM];
  const count = Math.ceil(Math.log(most / least) / Math.log1p(paceStep));
  return Array.from({ length: count }, (_, n) => least * (1 + paceStep) ** n).map((daysPerM) => ({
    daysPerM,
    share: daysPerM,
  }));
}

/** Where tonight's camp may be, as the prior has it: of any plan under way tonight. */
export function beforeAsking(rider: Rider): Places {
  const { prior } = rider;
  const places: Places = [];
  for (const paceM of pacesOf(prior)) {
    for (let startDay = prior.firstDay; startDay < prior.firstDay + prior.days; startDay += 1)
      places.push(...placesOf(rider, { startDay, paceM }, 1));
  }
  return places;
}

/** The same once it is known what is published. */
export function afterAsking(rider: Rider, passages: readonly Passage[], presence: Presence, hiding: Hiding): Places {
  const { firstDay, days } = rider.prior;
  const timings = timingsOf(rider, passages, presence, hiding);
  const places = pacesOf(rider.prior).flatMap((paceM) => {
    const weights = new Map<number, number>();
    for (const { startDay, daysPerM, weight } of timings) {
      if (Math.abs(daysPerM * paceM - 1) > hiding.maxSkew + 1e-9) continue;
      const [least, most] = [startDay - hiding.maxShiftDays, startDay + hiding.maxShiftDays];
      for (let day = Math.max(firstDay, Math.ceil(least)); day <= Math.min(firstDay + days - 1, most); day += 1)
        weights.set(day, (weights.get(day) ?? 0) + weight * paceM);
    }
    return [...weights].flatMap(([day, weight]) => placesOf(rider, { startDay: day, paceM }, weight));
  });
  if (places.length === 0) throw new Error('nothing explains what is published');
  return places;
}

/** Tonight is any of a plan's nights alike, so that of a long plan it is less likely to be this one. */
function placesOf({ route, tonight }: Rider, plan: Plan, weight: number): Places {
  const atM = campM(route, plan, tonight);
  return atM === undefined ? [] : [{ atM, weight: weight / nightsOf(route, plan.paceM) }];
}
