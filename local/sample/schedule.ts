import type { Legs } from './place.ts';
import type { SampleJourney } from './riders.ts';
import { lengthM } from './route.ts';

const dayMs = 86_400_000;

/** Today's date in UTC, moved by whole days, as `YYYY-MM-DD`. */
export const dayFrom = (now: Date, days: number): string =>
  new Date(now.getTime() + days * dayMs).toISOString().slice(0, 10);

/** Whole days from one `YYYY-MM-DD` to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

/** The day of the journey, counted from 0, on which the rider reaches the place. */
export function dayOfArrival(
  { legs, dailyDistanceM }: Pick<SampleJourney, 'legs' | 'dailyDistanceM'>,
  place: string,
): number {
  return Math.floor(lengthM(routeUntil(legs, place)) / dailyDistanceM);
}

/** The route up to its first visit of a place. */
function routeUntil(legs: Legs, place: string): Legs {
  const leg = legs.findIndex((places) => places.some(([name]) => name === place));
  const places = legs[leg];
  if (!places) throw new Error(`the route does not pass ${place}`);
  return [...legs.slice(0, leg), places.slice(0, places.findIndex(([name]) => name === place) + 1)];
}
