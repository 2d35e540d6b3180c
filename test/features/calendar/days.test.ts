import { describe, expect, test } from 'vitest';
import { purgeCancelledDaysJob } from '../../../src/features/calendar/cancelled-day.job.ts';
import { apiUrl } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, freshToken } from '../../support/factories.ts';
import { otherWorker } from '../auth/sign-up.ts';
import { zoneAt } from '../privacy/zones.ts';
import { gpx, importFile, track } from '../tracks/lines.ts';
import {
  addPlanned,
  createFeed,
  createPlanned,
  equator,
  eventsOf,
  fetchFeed,
  longitudeAt,
  parse,
} from './read-calendar.ts';

const host = new URL(apiUrl).host;

const datesOf = (events: { date: string; status: string }[]) => events.map(({ date, status }) => [date, status]);

describe('the days of a calendar feed', () => {
  test('a feed has the days of the journey as all-day events, as the list of its days', async () => {
    const { rider, id } = await createPlanned({ name: 'Balkan' });
    const { json } = await rider.get(`/v1/journeys/${id}/days`);
    const events = await eventsOf(await createFeed(rider));
    expect(events).toHaveLength(3);
    const kilometres = [50, 50, 20];
    for (const [index, { uid, date, end, summary, status, description }] of events.entries()) {
      const day = json.items[index];
      expect([uid, date, end > date]).toEqual([`${id}-${day.number}@${host}`, day.date, true]);
      expect(Math.round((day.to_m - day.from_m) / 1_000)).toBe(kilometres[index]);
      expect(summary).toBe(`Day ${day.number}: Balkan, ${kilometres[index]} km`);
      expect([status, description]).toEqual(['CONFIRMED', null]);
    }
  });

  test('a feed names its calendar, says when to read again, and has the stamp and version of the journey', async () => {
    const { rider, id } = await createPlanned();
    const { json: journey } = await rider.get(`/v1/journeys/${id}`);
    const { text, headers } = await fetchFeed(await createFeed(rider, { name: 'Trips; all, of\\mine' }));
    expect(headers.get('Content-Type')).toBe('text/calendar; charset=utf-8');
    expect(headers.get('Cache-Control')).toBe('no-store');
    const { calendar, events } = parse(text);
    expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('Trips; all, of\\mine');
    expect(String(calendar.getFirstPropertyValue('refresh-interval'))).toBe('PT6H');
    expect(calendar.getFirstPropertyValue('prodid')).toBe('-//Kairos//Calendar feed//EN');
    expect(text).toContain('DTSTART;VALUE=DATE:20270621\r\n');
    for (const { sequence, stamp } of events) {
      expect(sequence).toBe(journey.version);
      expect(stamp).toBe(`${journey.updated_at.slice(0, 19)}Z`);
    }
  });

  test('a feed has all journeys with a plan and days, or one that was chosen', async () => {
    const { rider, id } = await createPlanned();
    const other = await addPlanned(rider, { starts_on: '2027-08-01' });
    await addPlanned(rider, { starts_on: null });
    await createJourney(rider, { starts_on: '2027-09-01', daily_distance_m: 50_000 });
    await createPlanned();
    const [all, one] = [await createFeed(rider), await createFeed(rider, { journey_id: id })];
    const journeysIn = async (feed: { url: string }) => [
      ...new Set((await eventsOf(feed)).map(({ uid }) => uid.slice(0, 36))),
    ];
    expect(await journeysIn(all)).toEqual([id, other]);
    expect(await journeysIn(one)).toEqual([id]);
  });

  test('a feed names the thousand days that come last of the first thousand days of each journey', async () => {
    const { rider, id } = await createPlanned();
    const long = await createJourney(rider, { starts_on: '2028-01-01', daily_distance_m: 1_000 });
    await importFile(rider, long.id, gpx(track([equator(1_100_000)])));
    const feed = await createFeed(rider);
    const events = await eventsOf(feed);
    expect(events).toHaveLength(1_000);
    expect(events.every(({ uid }) => uid.startsWith(long.id))).toBe(true);
    await rider.patch(`/v1/journeys/${long.id}`, { daily_distance_m: 500_000 });
    const after = await eventsOf(feed);
    expect(after.filter(({ status }) => status === 'CONFIRMED').map(({ uid }) => uid.slice(0, 36))).toEqual([
      ...Array.from({ length: 3 }, () => id),
      ...Array.from({ length: 3 }, () => long.id),
    ]);
    expect(after).toHaveLength(3 + 1_000);
  });

  test('a changed plan moves its days, and cancels those that it no longer has', async () => {
    const { rider, id } = await createPlanned();
    const feed = await createFeed(rider);
    const before = await eventsOf(feed);
    await rider.patch(`/v1/journeys/${id}`, { starts_on: '2027-07-01', daily_distance_m: 100_000 });
    const after = await eventsOf(feed);
    expect(datesOf(after)).toEqual([
      ['2027-07-01', 'CONFIRMED'],
      ['2027-07-02', 'CONFIRMED'],
      ['2027-06-23', 'CANCELLED'],
    ]);
    expect(after.map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid));
    for (const [index, { sequence }] of after.entries()) expect(sequence).toBeGreaterThan(before[index]?.sequence ?? 0);
    expect(await eventsOf(feed)).toEqual(after);
    await rider.patch(`/v1/journeys/${id}`, { daily_distance_m: 50_000 });
    const back = await eventsOf(feed);
    expect(datesOf(back).at(-1)).toEqual(['2027-07-03', 'CONFIRMED']);
    expect(back.at(-1)?.sequence).toBeGreaterThan(after.at(-1)?.sequence ?? 0);
  });

  test('days that were cancelled with a line and come back with it have a higher sequence each time', async () => {
    const { rider, id } = await createPlanned();
    const feed = await createFeed(rider);
    const sequences = [(await eventsOf(feed))[0]?.sequence];
    const { json } = await rider.get(`/v1/journeys/${id}/imports`);
    expect((await rider.delete(`/v1/journeys/${id}/imports/${json.items[0].id}`)).status).toBe(204);
    const cancelled = await eventsOf(feed);
    expect(cancelled.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
    sequences.push(cancelled[0]?.sequence);
    await importFile(rider, id, gpx(track([equator(120_000)])));
    const [back] = await eventsOf(feed);
    expect(back?.status).toBe('CONFIRMED');
    sequences.push(back?.sequence);
    expect(sequences).toEqual([1, 2, 3]);
  });

  test('the days of a deleted or undated journey are cancelled for 30 days, and without its name', async () => {
    setTime(new Date('2027-03-01T10:00:00Z'));
    const { rider, id } = await createPlanned({ name: 'Balkan' });
    const undated = await addPlanned(rider, { starts_on: '2027-08-01' });
    const feed = await createFeed(rider);
    expect(await eventsOf(feed)).toHaveLength(6);
    advance(1, 'days');
    const token = await freshToken(rider);
    await rider.delete(`/v1/journeys/${id}`, { token });
    await rider.patch(`/v1/journeys/${undated}`, { starts_on: null }, { token });
    const { text } = await fetchFeed(feed);
    const { events } = parse(text);
    expect(events.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'CANCELLED'));
    expect(events[0]).toMatchObject({ uid: `${id}-1@${host}`, summary: 'Day 1', stamp: '2027-03-02T10:00:00Z' });
    expect(text).not.toContain('Balkan');
    advance(29, 'days');
    expect(await eventsOf(feed)).toHaveLength(6);
    advance(2, 'days');
    expect(await eventsOf(feed)).toEqual([]);
    expect(await sql`select from calendar_days where feed_id = ${feed.id}`).toEqual([]);
  });

  test('the cancelled days of a feed that is not read any more are deleted after 30 days', async () => {
    setTime(new Date('2027-03-01T10:00:00Z'));
    const { rider, id } = await createPlanned();
    const feed = await createFeed(rider);
    await eventsOf(feed);
    await rider.patch(`/v1/journeys/${id}`, { daily_distance_m: 100_000 });
    await eventsOf(feed);
    const worker = otherWorker({});
    const kept = async () => (await sql`select day from calendar_days where feed_id = ${feed.id}`).length;
    advance(29, 'days');
    await worker.run(purgeCancelledDaysJob);
    expect(await kept()).toBe(3);
    advance(2, 'days');
    await worker.run(purgeCancelledDaysJob);
    expect(await kept()).toBe(2);
  });

  test('a feed names planned markers near a day if it was created so, and none around a privacy zone [I38]', async () => {
    const { rider, id } = await createPlanned({ starts_on: '2090-06-21' });
    const [plain, named] = [await createFeed(rider), await createFeed(rider, { places: true })];
    const at = (metres: number, latitude = 0) => ({
      type: 'Point',
      coordinates: [longitudeAt(metres), latitude],
    });
    const markers = [
      { name: 'Bakery', marker_type: 'plan', coordinates: at(20_000) },
      { name: 'Camp, by the lake', marker_type: 'plan', coordinates: at(45_000) },
      { name: 'Home', marker_type: 'plan', coordinates: at(110_000) },
      { name: 'Ridden', marker_type: 'past', coordinates: at(30_000) },
      { name: 'Far', marker_type: 'plan', coordinates: at(70_000, 1) },
    ];
    for (const marker of markers) expect((await rider.post(`/v1/journeys/${id}/markers`, marker)).status).toBe(201);
    const places = async () => (await eventsOf(named)).map(({ description }) => description);
    expect(await places()).toEqual(['Bakery\nCamp, by the lake', null, 'Home']);
    await rider.post('/v1/me/privacy-zones', zoneAt([longitudeAt(110_000), 0]));
    expect(await places()).toEqual(['Bakery\nCamp, by the lake', null, null]);
    expect((await fetchFeed(plain)).text).not.toContain('Bakery');
  });

  test('long names with emoji are folded at 75 octets without cutting a character', async () => {
    const name = '🚵‍♀️ Überquerung der Alpen — 東京 '.repeat(5).trim();
    const { rider } = await createPlanned({ name });
    const { text } = await fetchFeed(await createFeed(rider));
    for (const line of text.split('\r\n')) {
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
      expect(line).not.toMatch(/[\r\n]/);
      expect(line.isWellFormed()).toBe(true);
    }
    expect(text.split('\r\n').filter((line) => line.startsWith(' ')).length).toBeGreaterThan(3);
    expect(parse(text).events[0]?.summary).toBe(`Day 1: ${name}, 50 km`);
  });

  test('a line break in a name adds no line to the calendar [K23]', async () => {
    const { rider, id } = await createPlanned({ starts_on: '2090-06-21' });
    const nasty = 'x\r\nEND:VEVENT\nBEGIN:VALARM\r\u2028\u0007\u0085DTSTART:1;\\n,"';
    await sql`update journeys set name = ${nasty} where id = ${id}`;
    const position = 'SRID=4326;POINT(10.1 0)';
    await rider.post(`/v1/journeys/${id}/markers`, {
      name: 'Camp',
      marker_type: 'plan',
      coordinates: { type: 'Point', coordinates: [10.1, 0] },
    });
    await sql`update markers set name = ${nasty}, position = ${position} where journey_id = ${id}`;
    const feed = await createFeed(rider, { name: nasty, places: true });
    const { text } = await fetchFeed(feed);
    const { calendar, events } = parse(text);
    expect(events).toHaveLength(3);
    expect(calendar.getAllSubcomponents().map(({ name }) => name)).toEqual(['vevent', 'vevent', 'vevent']);
    expect(events[0]?.summary).toMatch(/^Day 1: x {2}END:VEVENT BEGIN:VALARM {4}DTSTART:1;\\n,", 50 km$/);
    expect(events[0]?.description).toContain('END:VEVENT');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
