import type { Passage } from '../abstraction.ts';
import type { Places } from './places.ts';
import { campM, nightsOf, type Plan, pacesOf, type Rider } from './plans.ts';

/** What is published: the buckets of each cell. */
export type Presence = ReadonlyMap<number, ReadonlySet<number>>;

const bucketDays = 3;

/**
 * The day from which on a plan counts once it has been shifted. Days count at noon: a shift of up to so many and a half
 * days makes it one of so many days before or after, each as likely.
 */
export type Shift = { mostDays: number };
export const ownShift: Shift = { mostDays: 1 };
export const noShift: Shift = { mostDays: 0 };

/** Whether a plan that counts from a day on at such a pace is published so, no more and no less. */
function isPublishedSo(
  passages: readonly Passage[],
  presence: Presence,
  rows: number,
  fromDay: number,
  paceM: number,
): boolean {
  const seen = new Set<number>();
  for (const { cell, fromM, toM } of passages) {
    const buckets = presence.get(cell);
    if (!buckets) return false;
    const last = Math.floor((fromDay + Math.floor(toM / paceM)) / bucketDays);
    for (let bucket = Math.floor((fromDay + Math.floor(fromM / paceM)) / bucketDays); bucket <= last; bucket += 1) {
      if (!buckets.has(bucket)) return false;
      seen.add(cell * 100_000 + bucket);
    }
  }
  return seen.size === rows;
}

export function presenceOf(passages: readonly Passage[], fromDay: number, paceM: number): Map<number, Set<number>> {
  const presence = new Map<number, Set<number>>();
  for (const { cell, fromM, toM } of passages) {
    const buckets = presence.get(cell) ?? new Set<number>();
    for (let day = Math.floor(fromM / paceM); day <= Math.floor(toM / paceM); day += 1)
      buckets.add(Math.floor((fromDay + day) / bucketDays));
    presence.set(cell, buckets);
  }
  return presence;
}

export type Effective = { fromDay: number; paceM: number };

/** All the days and paces by which a plan may have come to be published so. */
export function effectivePlans({ prior }: Rider, passages: readonly Passage[], presence: Presence): Effective[] {
  const rows = [...presence.values()].reduce((sum, buckets) => sum + buckets.size, 0);
  const firstBucket = Math.min(...[...presence.values()].flatMap((buckets) => [...buckets]));
  const found: Effective[] = [];
  for (const paceM of pacesOf(prior)) {
    // The line's first metres are cut off, so that a first day may be wanting.
    for (let fromDay = firstBucket * bucketDays - 1; fromDay < (firstBucket + 1) * bucketDays; fromDay += 1)
      if (isPublishedSo(passages, presence, rows, fromDay, paceM)) found.push({ fromDay, paceM });
  }
  return found;
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
export function afterAsking(rider: Rider, effective: readonly Effective[], { mostDays }: Shift): Places {
  const { firstDay, days } = rider.prior;
  return effective.flatMap(({ fromDay, paceM }) => {
    const startDays = Array.from({ length: 2 * mostDays + 1 }, (_, n) => fromDay - mostDays + n);
    return startDays
      .filter((startDay) => startDay >= firstDay && startDay < firstDay + days)
      .flatMap((startDay) => placesOf(rider, { startDay, paceM }, 1));
  });
}

/** Tonight is any of a plan's nights alike, so that of a long plan it is less likely to be this one. */
export function placesOf({ route, tonight }: Rider, plan: Plan, weight: number): Places {
  const atM = campM(route, plan, tonight);
  return atM === undefined ? [] : [{ atM, weight: weight / nightsOf(route, plan.paceM) }];
}
