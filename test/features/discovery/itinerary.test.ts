import { describe, expect, test } from 'vitest';
import { addDays } from '../../../src/lib/days.ts';
import { cellAt, cellCentre } from '../../../src/lib/grid.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { bucketAt, secretShift, startOfDayS } from '../../support/published.ts';
import { createConnection, createConnectionRequest } from '../connections/connected.ts';
import { zoneAt } from '../privacy/zones.ts';
import { presenceOf } from './brute-force.ts';

type Place = [number, number];
type Item = { days: { from: string; to: string } | null; places: { type: string; coordinates: Place[] } };

const startsOn = '2028-07-01';
const line = Array.from({ length: 101 }, (_, n): LonLat => [88 + n / 20, -61]);

async function createPlanned(rider: Rider, settings: object = {}): Promise<string> {
  const { id } = await createJourney(rider, { starts_on: startsOn, daily_distance_m: 60_000, ...settings });
  await importPlan(rider, id, gpxOf(line));
  return id;
}

const read = async (rider: Rider, id: string): Promise<Item[]> => {
  const { status, json, text } = await rider.get(`/v1/journeys/${id}/itinerary`);
  expect(status, text).toBe(200);
  return json.items;
};
const daysOf = (items: readonly Item[]) => items.map(({ days }) => days?.from);
const placesOf = (items: readonly Item[]) => new Set(items.flatMap(({ places }) => places.coordinates).map(String));

describe('itineraries', () => {
  test("a rider's own itinerary lists each day with its cells", async () => {
    const rider = await createRider();
    const items = await read(rider, await createPlanned(rider, { visibility: 'discoverable' }));
    const lengthKm = 100 * (111.19 / 20) * Math.cos((61 * Math.PI) / 180);
    expect(daysOf(items)).toEqual(Array.from({ length: Math.ceil(lengthKm / 60) }, (_, n) => addDays(startsOn, n)));
    for (const { days, places } of items) {
      expect(days?.to).toBe(days?.from);
      expect(places.coordinates.length).toBeGreaterThanOrEqual(2);
      expect(places.coordinates.length).toBeLessThanOrEqual(4);
    }
    const cells = new Set(line.map(cellAt));
    const centres = [...cells].map((cell) => String(cellCentre(cell).map((degrees) => Number(degrees.toFixed(7)))));
    for (const place of placesOf(items)) expect(centres).toContain(place);
  });

  test('the itinerary of a private journey is empty, since others see nothing of it', async () => {
    const rider = await createRider();
    expect(await read(rider, await createPlanned(rider))).toEqual([]);
    const id = await createPlanned(rider, { visibility: 'discoverable' });
    expect(await read(rider, id)).not.toEqual([]);
    await rider.patch(`/v1/journeys/${id}`, { visibility: 'private' });
    expect(await read(rider, id)).toEqual([]);
  });

  test('the itinerary of a public journey shows others exactly what is published', async () => {
    const [owner, other] = [await createRider(), await createRider()];
    const id = await createPlanned(owner, { visibility: 'public' });
    const items = await read(other, id);
    const published = await presenceOf(id);
    expect(items.length).toBe(new Set(published.map(({ bucket }) => bucket)).size);
    for (const { days, places } of items) {
      expect(days?.to).toBe(addDays(days?.from ?? '', 2));
      const bucket = Math.floor(Date.parse(days?.from ?? '') / 259_200_000);
      const cells = published.filter((row) => row.bucket === bucket).map(({ cell }) => cell);
      const centres = cells.sort((a, b) => a - b).map((cell) => cellCentre(cell).map((one) => Number(one.toFixed(7))));
      expect(places.coordinates).toEqual(centres);
    }
    // The first hours are not published: the start of the line is cut away.
    const firstDays = [0, 3 * 60 * 60].map((underWayS) => {
      const bucket = bucketAt(startOfDayS(startsOn) + underWayS, startsOn, secretShift(owner.id, id));
      return addDays('1970-01-01', bucket * 3);
    });
    expect(firstDays).toContain(daysOf(items)[0]);
  });

  test('the itinerary of a journey without dates has places only', async () => {
    const [owner, other] = [await createRider(), await createRider()];
    const id = await createPlanned(owner, { visibility: 'public', starts_on: null });
    for (const rider of [owner, other]) {
      const items = await read(rider, id);
      expect(items.map(({ days }) => days)).toEqual([null]);
      expect(items[0]?.places.coordinates.length).toBeGreaterThan(8);
    }
    const empty = await createJourney(owner, { visibility: 'public' });
    expect(await read(other, empty.id)).toEqual([]);
  });

  test('an itinerary leaves out privacy zones for everyone', async () => {
    const [owner, other] = [await createRider(), await createRider()];
    const id = await createPlanned(owner, { visibility: 'public' });
    const before = await read(owner, id);
    const middle = line[50] ?? [0, 0];
    await owner.post('/v1/me/privacy-zones', zoneAt(middle, { radius_m: 20_000 }));
    const hidden = String(cellCentre(cellAt(middle)).map((degrees) => Number(degrees.toFixed(7))));
    expect(placesOf(before)).toContain(hidden);
    for (const rider of [owner, other]) expect(placesOf(await read(rider, id))).not.toContain(hidden);
  });

  test('a connected rider sees the itinerary day by day, as its owner does', async () => {
    const { anna, ben, id } = await createConnection();
    const own = await read(ben, id);
    expect(own.length).toBeGreaterThan(0);
    expect(await read(anna, id)).toEqual(own);
    const another = await createPlanned(ben, { visibility: 'discoverable' });
    expect((await anna.get(`/v1/journeys/${another}/itinerary`)).status).toBe(404);
    expect((await (await createRider()).get(`/v1/journeys/${id}/itinerary`)).status).toBe(404);
  });

  test('an itinerary is a 404 to the other rider until the connection is accepted', async () => {
    const { anna, ben, connection, annaJourneyPath, path } = await createConnectionRequest();
    const statuses = async () => [
      (await anna.get(`${path}/itinerary`)).status,
      (await ben.get(`${annaJourneyPath}/itinerary`)).status,
    ];
    expect(await statuses()).toEqual([404, 404]);
    await ben.post(`${connection}/accept`);
    expect(await statuses()).toEqual([200, 200]);
  });

  test.each<[string, (scene: Awaited<ReturnType<typeof createConnection>>) => Promise<unknown>]>([
    ['the connection ends', ({ anna, connection }) => anna.delete(connection)],
    ['the journey becomes private', ({ ben, path }) => ben.patch(path, { visibility: 'private' })],
    ["the journey's rider hides", ({ ben }) => ben.post('/v1/me/hide')],
    [
      "the journey's rider blocks the other",
      ({ anna, ben }) => ben.post('/v1/blocks', { named_by: 'user_id', user_id: anna.id }),
    ],
    [
      "the other blocks the journey's rider",
      ({ anna, ben }) => anna.post('/v1/blocks', { named_by: 'user_id', user_id: ben.id }),
    ],
  ])('a connected rider loses access to an itinerary as soon as %s', async (_name, end) => {
    const scene = await createConnection();
    await end(scene);
    const { status, json } = await scene.anna.get(`${scene.path}/itinerary`);
    const unknown = await scene.anna.get(`/v1/journeys/${crypto.randomUUID()}/itinerary`);
    expect([status, json.code]).toEqual([404, unknown.json.code]);
  });

  test('the itinerary of a discoverable journey or a hidden rider is a 404 to others', async () => {
    const [owner, other] = [await createRider(), await createRider()];
    const shown = await createPlanned(owner, { visibility: 'public' });
    const met = await createPlanned(owner, { visibility: 'discoverable' });
    expect((await other.get(`/v1/journeys/${met}/itinerary`)).status).toBe(404);
    await owner.post('/v1/me/hide');
    expect((await other.get(`/v1/journeys/${shown}/itinerary`)).status).toBe(404);
    expect((await read(owner, shown)).length).toBeGreaterThan(0);
  });
});
