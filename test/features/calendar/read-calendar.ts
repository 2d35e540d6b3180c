import ICAL from 'ical.js';
import { expect } from 'vitest';
import { type Answer, call } from '../../support/app.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { type Fix, gpx, importFile, track } from '../tracks/lines.ts';

export type Feed = { id: string; url: string };

export async function createFeed(rider: Rider, fields: Record<string, unknown> = {}): Promise<Feed> {
  const { status, json, text } = await rider.post('/v1/calendar/feeds', { name: 'My journeys', ...fields });
  expect(status, text).toBe(201);
  return json;
}

export const fetchFeed = ({ url }: Pick<Feed, 'url'>): Promise<Answer> => call('GET', new URL(url).pathname);

/** An event as another program understands it. */
export type Event = {
  uid: string;
  date: string;
  end: string;
  stamp: string;
  sequence: number;
  summary: string;
  description: string | null;
  status: string;
};

export function parse(text: string): { calendar: InstanceType<typeof ICAL.Component>; events: Event[] } {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const textOf = (component: InstanceType<typeof ICAL.Component>, name: string): string =>
    String(component.getFirstPropertyValue(name));
  const events = calendar.getAllSubcomponents('vevent').map((event) => ({
    uid: textOf(event, 'uid'),
    date: textOf(event, 'dtstart'),
    end: textOf(event, 'dtend'),
    stamp: textOf(event, 'dtstamp'),
    sequence: Number(textOf(event, 'sequence')),
    summary: textOf(event, 'summary'),
    description: event.hasProperty('description') ? textOf(event, 'description') : null,
    status: textOf(event, 'status'),
  }));
  return { calendar, events };
}

export async function eventsOf(feed: Pick<Feed, 'url'>): Promise<Event[]> {
  const { status, text } = await fetchFeed(feed);
  expect(status, text).toBe(200);
  return parse(text).events;
}

const degreeM = 111_319.490_793_273_6;

/** A line along the equator, a point each kilometre. */
export const equator = (metres: number, from = 10): Fix[] =>
  Array.from({ length: Math.round(metres / 1_000) + 1 }, (_, n) => [from + (n * 1_000) / degreeM, 0]);

/** The longitude at this distance along the line. */
export const longitudeAt = (metres: number): number => 10 + metres / degreeM;

/** A rider with a journey of three days: 50, 50 and 20 km. */
export async function createPlanned(fields: Record<string, unknown> = {}): Promise<{ rider: Rider; id: string }> {
  const rider = await createRider();
  return { rider, id: await addPlanned(rider, fields) };
}

export async function addPlanned(rider: Rider, fields: Record<string, unknown> = {}): Promise<string> {
  const { id } = await createJourney(rider, { starts_on: '2027-06-21', daily_distance_m: 50_000, ...fields });
  await importFile(rider, id, gpx(track([equator(120_000)])));
  return id;
}
