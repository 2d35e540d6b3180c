import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { clientWith } from '../../support/app.ts';
import { setTime } from '../../support/clock.ts';
import { createJourney, createRider, freshToken, gpxOf, type LonLat, type Rider } from '../../support/factories.ts';
import { zoneAt } from '../privacy/zones.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The nightly run starts at this time of day. */
const setOut = Date.UTC(2033, 4, 1, 3, 17);

const world = { now: () => new Date(), newId: () => crypto.randomUUID() };

beforeEach(() => setTime(new Date(setOut)));

/** Goes on to a moment, with the nightly run where one is due. */
async function goTo(rider: Rider, ms: number): Promise<Rider> {
  setTime(new Date(ms));
  if ((ms - setOut) % dayMs === 0) await runScheduled('17 3 * * *', env, world);
  return { ...rider, ...clientWith(await freshToken(rider)) };
}

type Itinerary = { items: { days?: unknown; places: { coordinates: LonLat[] } }[] };

/** What a stranger sees of a public journey: the places of its itinerary. */
async function shownTo(stranger: Rider, id: string): Promise<LonLat[]> {
  const { status, json }: { status: number; json: Itinerary } = await stranger.get(`/v1/journeys/${id}/itinerary`);
  expect(status).toBe(200);
  return json.items.flatMap(({ places }) => places.coordinates);
}

const isNear = ([longitude, latitude]: LonLat, [x, y]: LonLat) =>
  Math.abs(longitude - x) < 0.4 && Math.abs(latitude - y) < 0.4;
const shows = async (stranger: Rider, id: string, place: LonLat) =>
  (await shownTo(stranger, id)).some((one) => isNear(one, place));

const placeOn = (day: number): LonLat => [60 + day * 1.2, 45];
const campOn = (day: number, daysAhead: number | undefined) => ({
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: placeOn(day) },
  ...(daysAhead !== undefined && {
    estimated_time: new Date(setOut + (daysAhead + day + 0.6) * dayMs).toISOString(),
  }),
});

/** A public journey of markers alone, with eight camps, and with their times where it begins so many days ahead. */
async function journeyOfCamps(
  rider: Rider,
  fields: Record<string, unknown> = {},
  daysAhead: number | undefined = undefined,
) {
  const { id } = await createJourney(rider, { visibility: 'public', ...fields });
  const markers = Array.from({ length: 8 }, (_, day) => campOn(day, daysAhead));
  const { status, json } = await rider.post(`/v1/journeys/${id}/markers/batch`, { markers });
  expect(status).toBe(201);
  const pathOf = (day: number) => `/v1/journeys/${id}/markers/${json.items[day].id}`;
  return { id, pathOf };
}

describe.each([
  ['with a time', 0],
  ['without a time', undefined],
])('a planned camp %s', (_, daysAhead) => {
  test('that becomes a past one on arrival stays in the itinerary, so that the arrival does not show', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const { id, pathOf } = await journeyOfCamps(rider, {}, daysAhead);
    const before = await shownTo(stranger, id);
    expect(before).toHaveLength(8);

    const arrival = setOut + 3.6 * dayMs;
    const arriving = await goTo(rider, arrival);
    const asPast = { marker_type: 'past', timestamp: new Date(arrival).toISOString() };
    expect((await arriving.patch(pathOf(3), asPast)).status).toBe(200);
    for (const day of [3.6, 4, 5, 6, 7]) {
      const watching = await goTo(stranger, setOut + day * dayMs);
      expect(new Set((await shownTo(watching, id)).map(String)), `day ${day}`).toEqual(new Set(before.map(String)));
    }
  });

  test('that is deleted on the way stays in the itinerary until the night after the delay', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const { id, pathOf } = await journeyOfCamps(rider, { delay_h: 72 }, daysAhead);
    const leaving = await goTo(rider, setOut + 3.6 * dayMs);
    expect((await leaving.delete(pathOf(3))).status).toBe(204);
    const seen: [day: number, isShown: boolean][] = [];
    for (const day of [3.6, 4, 6, 7])
      seen.push([day, await shows(await goTo(stranger, setOut + day * dayMs), id, placeOn(3))]);
    expect(seen).toEqual([
      [3.6, true],
      [4, true],
      [6, true],
      [7, false],
    ]);
  });

  test('that is moved again and again stays no longer for that', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const { id, pathOf } = await journeyOfCamps(rider, {}, daysAhead);
    const move = async (day: number, to: LonLat) => {
      const moving = await goTo(rider, setOut + day * dayMs);
      expect((await moving.patch(pathOf(3), { coordinates: { type: 'Point', coordinates: to } })).status).toBe(200);
    };
    await move(3.6, [40, 30]);
    await move(4.6, [41, 31]);
    await move(5.6, [42, 32]);
    expect(await shows(await goTo(stranger, setOut + 5 * dayMs), id, placeOn(3))).toBe(true);
    expect(await shows(await goTo(stranger, setOut + 6 * dayMs), id, placeOn(3))).toBe(false);
    expect(await shows(await goTo(stranger, setOut + 6 * dayMs + hourMs), id, [42, 32])).toBe(true);
  });
});

test('the road behind a rider who imports the rest of the plan anew stays until the night after the delay', async () => {
  const [rider, stranger] = [await createRider(), await createRider()];
  const road = Array.from({ length: 251 }, (_, n): LonLat => [70 + n / 15, 45]);
  const starts_on = new Date(setOut).toISOString().slice(0, 10);
  const schedule = { starts_on, daily_distance_m: 100_000 };
  const { id } = await createJourney(rider, { visibility: 'public', ...schedule });
  const asGpx = { headers: { 'Content-Type': 'application/gpx+xml' } };
  const imported = await rider.post(`/v1/journeys/${id}/imports?as=plan`, gpxOf(road), asGpx);
  const shownBehind = async (day: number) => {
    const watching = await goTo(stranger, setOut + day * dayMs);
    return (await shownTo(watching, id)).filter(([longitude]) => longitude < 74).length;
  };
  const behind = await shownBehind(5.6);
  expect(behind).toBeGreaterThan(5);

  const onTheWay = await goTo(rider, setOut + 5.6 * dayMs);
  const rest = gpxOf(road.filter(([longitude]) => longitude > 76));
  const { status, text } = await onTheWay.put(`/v1/journeys/${id}/imports/${imported.json.id}?as=plan`, rest, asGpx);
  expect(status, text).toBe(200);
  expect(await shownBehind(5.6)).toBe(behind);
  expect(await shownBehind(7)).toBe(behind);
  expect(await shownBehind(8)).toBe(0);
});

describe('what hides a place hides a former one, too', () => {
  async function withFormerPlace() {
    const [rider, stranger] = [await createRider(), await createRider()];
    const { id, pathOf } = await journeyOfCamps(rider, {}, 0);
    const leaving = await goTo(rider, setOut + 3.6 * dayMs);
    const watching = await goTo(stranger, setOut + 3.6 * dayMs);
    await leaving.delete(pathOf(3));
    expect(await shows(watching, id, placeOn(3))).toBe(true);
    return { rider: leaving, stranger: watching, id };
  }

  test('a new privacy zone', async () => {
    const { rider, stranger, id } = await withFormerPlace();
    expect((await rider.post('/v1/me/privacy-zones', zoneAt(placeOn(3)))).status).toBe(201);
    expect(await shows(stranger, id, placeOn(3))).toBe(false);
    expect(await shows(stranger, id, placeOn(5))).toBe(true);
  });

  test('a journey that was private for a moment', async () => {
    const { rider, stranger, id } = await withFormerPlace();
    for (const visibility of ['private', 'public'])
      expect((await rider.patch(`/v1/journeys/${id}`, { visibility })).status).toBe(200);
    expect(await shows(stranger, id, placeOn(3))).toBe(false);
    expect(await shows(stranger, id, placeOn(5))).toBe(true);
  });
});

test('a longer delay hides what was ridden at once, also where the plan was the same', async () => {
  const [rider, stranger] = [await createRider(), await createRider()];
  const { id, pathOf } = await journeyOfCamps(rider, {}, 0);
  const arriving = await goTo(rider, setOut + 0.6 * dayMs);
  await arriving.patch(pathOf(0), { marker_type: 'past', timestamp: new Date(Date.now()).toISOString() });
  const later = await goTo(rider, setOut + 4 * dayMs);
  const watching = { ...stranger, ...clientWith(await freshToken(stranger)) };
  expect(await shows(watching, id, placeOn(0))).toBe(true);
  expect((await later.patch(`/v1/journeys/${id}`, { delay_h: 168 })).status).toBe(200);
  expect(await shows(watching, id, placeOn(0))).toBe(false);
});

test('a camp of a plan that begins in a month disappears at once', async () => {
  const [rider, stranger] = [await createRider(), await createRider()];
  const { id, pathOf } = await journeyOfCamps(rider, {}, 30);
  expect(await shows(stranger, id, placeOn(3))).toBe(true);
  expect((await rider.delete(pathOf(3))).status).toBe(204);
  expect(await shows(stranger, id, placeOn(3))).toBe(false);
  expect(await shows(stranger, id, placeOn(4))).toBe(true);
});
