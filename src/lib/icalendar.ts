import ical, { ICalEventStatus } from 'ical-generator';
import { addDays } from './days.ts';

export type CalendarEvent = {
  uid: string;
  /** The day, all of it. */
  date: string;
  stamp: Date;
  sequence: number;
  summary: string;
  description: string | undefined;
  isCancelled: boolean;
};

const refreshSeconds = 6 * 60 * 60;

/** RFC 5545 allows no control characters in a text but tabs and line breaks, which are escaped. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
const severalLines = (text: string): string => text.split('\n').map(oneLine).join('\n');

/** The calendar as RFC 5545 writes it. */
export function writeCalendar(name: string, events: readonly CalendarEvent[]): string {
  const calendar = ical({ name: oneLine(name), prodId: '//Kairos//Calendar feed//EN', ttl: refreshSeconds });
  for (const { uid, date, stamp, sequence, summary, description, isCancelled } of events) {
    calendar.createEvent({
      id: uid,
      start: dateOf(date),
      end: dateOf(addDays(date, 1)),
      allDay: true,
      stamp,
      sequence,
      summary: oneLine(summary),
      description: description === undefined ? null : severalLines(description),
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}

const dateOf = (day: string): Date => new Date(`${day}T00:00:00Z`);
