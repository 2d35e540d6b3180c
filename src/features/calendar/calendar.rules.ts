import { addDays, dayOf } from '../../lib/days.ts';
import type { CalendarEvent } from '../../lib/icalendar.ts';

/** For how long a feed says that a day is cancelled. Calendar programs read a feed every few hours or days. */
export const cancelledDays = 30;
const dayMs = 24 * 60 * 60 * 1_000;

/** Days that were cancelled before this moment are not named any more. */
export const cancelledBefore = (now: Date): Date => new Date(now.getTime() - cancelledDays * dayMs);

/** The days of a journey whose places a feed names, and the journeys. The days that are over have none. */
const maxDaysWithPlaces = 100;
const maxJourneysWithPlaces = 10;

/** A day as the feed has it. `name`, `distanceM` and `updatedAt` are those of the journey, and undefined if it is cancelled. */
export type FeedDay = {
  journeyId: string;
  /** The number of the day, from 0. */
  day: number;
  date: string;
  sequence: number;
} & ({ cancelledAt: Date } | { name: string; distanceM: number; updatedAt: Date; places: readonly string[] });

/** A stretch of days of a journey. */
export type Stretch = { journeyId: string; after: number; limit: number };

/** The days whose places the feed names: those that are not over anywhere on earth, the first ones first. */
export function stretchesWithPlaces(days: readonly FeedDay[], now: Date): Stretch[] {
  const yesterday = addDays(dayOf(now), -1);
  const coming = days.filter((day) => 'name' in day && day.date >= yesterday);
  return [...Map.groupBy(coming, ({ journeyId }) => journeyId)]
    .slice(0, maxJourneysWithPlaces)
    .map(([journeyId, list]) => ({
      journeyId,
      after: Math.min(...list.map(({ day }) => day)) - 1,
      limit: maxDaysWithPlaces,
    }));
}

/** The event of a day. Its UID stays the same, by which a calendar program finds the event again. */
export function eventOf(day: FeedDay, host: string): CalendarEvent {
  const { journeyId, date, sequence } = day;
  const number = day.day + 1;
  const event = { uid: `${journeyId}-${number}@${host}`, date, sequence };
  if ('cancelledAt' in day)
    return { ...event, stamp: day.cancelledAt, summary: `Day ${number}`, description: undefined, isCancelled: true };
  return {
    ...event,
    stamp: day.updatedAt,
    summary: `Day ${number}: ${day.name}, ${Math.round(day.distanceM / 1_000)} km`,
    description: day.places.length > 0 ? day.places.join('\n') : undefined,
    isCancelled: false,
  };
}
