import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { createConnection } from '../connections/connected.ts';
import { zoneAt } from '../privacy/zones.ts';
import { type Fix, gpx, importFile, parallel, track } from './lines.ts';
import { unfitting } from './schema.ts';

type Point = { type: 'Point'; coordinates: [number, number] };
type PlannedDay = {
  number: number;
  date: string | null;
  from_m: number;
  to_m: number;
  ascent_m: number | null;
  start: Point | null;
  end: Point | null;
  sunrise: string | null;
  sunset: string | null;
  daylight_s: number | null;
  longest_gap_m: number | null;
};

async function daysOf(rider: Rider, id: string, query = ''): Promise<PlannedDay[]> {
  const { status, json, text } = await rider.get(`/v1/journeys/${id}/days${query}`);
  expect(status, text).toBe(200);
  expect(await unfitting(['/v1/journeys/{id}/days', 'get'], 'application/json', json)).toEqual([]);
  return json.items;
}

const plan = { starts_on: '2027-06-21', daily_distance_m: 50_000 };

async function createPlanned(lines: readonly (readonly Fix[])[], fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  const { id } = await createJourney(rider, { ...plan, ...fields });
  await importFile(rider, id, gpx(...lines.map((line) => track([line]))));
  return { rider, id };
}

const degreeM = 111_319.490_793_273_6;
/** A line along the equator, a point each kilometre. */
const equator = (metres: number, from = 10): Fix[] =>
  Array.from({ length: Math.round(metres / 1_000) + 1 }, (_, n) => [from + (n * 1_000) / degreeM, 0]);

const longitudesOf = (days: readonly PlannedDay[]) =>
  days.map(({ start, end }) => [start?.coordinates[0], end?.coordinates[0]]);

describe('planned days', () => {
  test('the planned days follow each other from the start to the end, with a daily distance each', async () => {
    const { rider, id } = await createPlanned([equator(120_000)]);
    const days = await daysOf(rider, id);
    expect(days.map(({ number, date, from_m, to_m }) => [number, date, from_m, to_m])).toEqual([
      [1, '2027-06-21', 0, 50_000],
      [2, '2027-06-22', 50_000, 100_000],
      [3, '2027-06-23', 100_000, expect.closeTo(120_000, 1)],
    ]);
    const { json: stats } = await rider.get(`/v1/journeys/${id}/stats`);
    expect(days.at(-1)?.to_m).toBe(stats.planned.distance_m);
    expect(days).toHaveLength(stats.planned.days);
    for (const [index, [start, end]] of longitudesOf(days).entries()) {
      expect(start).toBeCloseTo(10 + (index * 50_000) / degreeM, 5);
      expect(end).toBeCloseTo(10 + Math.min(120_000, (index + 1) * 50_000) / degreeM, 5);
    }
  });

  test('the planned days continue across the gap between two lines without counting it', async () => {
    const { rider, id } = await createPlanned([equator(30_000), equator(40_000, 20)]);
    const days = await daysOf(rider, id);
    expect(days.map(({ from_m, to_m }) => [from_m, Math.round(to_m)])).toEqual([
      [0, 50_000],
      [50_000, 70_000],
    ]);
    expect(longitudesOf(days).flat()).toEqual(
      [10, 20 + 20_000 / degreeM, 20 + 20_000 / degreeM, 20 + 40_000 / degreeM].map((longitude) =>
        expect.closeTo(longitude, 5),
      ),
    );
  });

  test('the ascents of the planned days add up to that of the plan', async () => {
    const steady = equator(120_000).map(([longitude, latitude], n): Fix => [longitude, latitude, 100 + n * 10]);
    const { rider, id } = await createPlanned([steady]);
    const days = await daysOf(rider, id);
    expect(days.map(({ ascent_m }) => ascent_m)).toEqual([500, 500, 200].map((metres) => expect.closeTo(metres, 0)));
  });

  test('the planned days have no ascent if the file has no elevations', async () => {
    const { rider, id } = await createPlanned([equator(60_000)]);
    expect((await daysOf(rider, id)).map(({ ascent_m }) => ascent_m)).toEqual([null, null]);
  });

  test('planned days across the antimeridian have longitudes within 180 degrees', async () => {
    const { rider, id } = await createPlanned([
      equator(120_000, 179.5).map(
        ([longitude, latitude]): Fix => [longitude > 180 ? longitude - 360 : longitude, latitude],
      ),
    ]);
    const days = await daysOf(rider, id);
    expect(longitudesOf(days).flat()).toEqual(
      [179.5, 179.949_157, 179.949_157, -179.601_686, -179.601_686, -179.422_023].map((longitude) =>
        expect.closeTo(longitude, 4),
      ),
    );
  });

  test('the planned days are paged through without loss or repeat', async () => {
    const { rider, id } = await createPlanned([equator(100_000)], { daily_distance_m: 2_000 });
    const numbers: number[] = [];
    let path: string | undefined = `/v1/journeys/${id}/days?limit=7`;
    while (path) {
      const { json } = await rider.get(path);
      numbers.push(...json.items.map(({ number }: PlannedDay) => number));
      path = json.next_cursor ? `/v1/journeys/${id}/days?limit=7&cursor=${json.next_cursor}` : undefined;
    }
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  test.each([
    ['no plan', {}, []],
    ['no daily distance', { daily_distance_m: null }, [equator(60_000)]],
  ])('a journey with %s has an empty list of days', async (_, fields, lines) => {
    const rider = await createRider();
    const { id } = await createJourney(rider, { ...plan, ...fields });
    for (const line of lines) await importFile(rider, id, gpx(track([line])));
    expect(await daysOf(rider, id)).toEqual([]);
  });

  test('a ride has an empty list of days, since only a plan has days', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider, plan);
    await importFile(rider, id, gpx(track([equator(60_000)])), 'past');
    expect(await daysOf(rider, id)).toEqual([]);
  });
});

describe('daylight', () => {
  const near = (place: Fix): Fix[] => parallel(50, place, 0.01);

  test.each<[place: string, from: Fix, startsOn: string, sunrise: string | null, sunset: string | null, hours: number]>(
    [
      // Times of the U.S. Naval Observatory, to a few minutes.
      ['Vienna in June', [16.37, 48.2], '2027-06-21', '2027-06-21T02:54', '2027-06-21T18:57', 16.08],
      ['Quito in March', [-78.5, -0.2], '2027-03-20', '2027-03-20T11:18', '2027-03-20T23:23', 12.11],
      [
        'Taveuni, where the morning falls on the day before in UTC',
        [179.3, -16.9],
        '2027-06-21',
        '2027-06-20T18:31',
        '2027-06-21T05:36',
        11.12,
      ],
      ['the North Cape in June', [25, 71.1], '2027-06-21', null, null, 24],
      ['the North Cape in December', [25, 71.1], '2027-12-21', null, null, 0],
    ],
  )('sunrise, sunset and daylight are right for %s', async (_, from, startsOn, sunrise, sunset, hours) => {
    const { rider, id } = await createPlanned([near(from)], { starts_on: startsOn });
    const [first] = await daysOf(rider, id);
    const minutesApart = (actual: string | null | undefined, wanted: string | null) =>
      actual && wanted
        ? Math.abs(Date.parse(actual) - Date.parse(`${wanted}:00Z`)) / 60_000
        : actual === wanted
          ? 0
          : Number.NaN;
    expect(minutesApart(first?.sunrise, sunrise)).toBeLessThan(5);
    expect(minutesApart(first?.sunset, sunset)).toBeLessThan(5);
    expect((first?.daylight_s ?? -1) / 3_600).toBeCloseTo(hours, 1);
  });

  test('a journey without a start date has no daylight', async () => {
    const { rider, id } = await createPlanned([near([16, 48])], { starts_on: null });
    const [first] = await daysOf(rider, id);
    expect([first?.date, first?.sunrise, first?.sunset, first?.daylight_s]).toEqual([null, null, null, null]);
    expect(first?.start).not.toBeNull();
  });
});

describe('longest gaps', () => {
  test('the longest gap of a day is measured between its ends and the planned markers near the route', async () => {
    const { rider, id } = await createPlanned([equator(100_000)], { daily_distance_m: 100_000 });
    const mark = (metres: number, latitude: number, markerType = 'plan') =>
      rider.post(`/v1/journeys/${id}/markers`, {
        name: 'Water',
        marker_type: markerType,
        coordinates: { type: 'Point', coordinates: [10 + metres / degreeM, latitude] },
      });
    const gap = async () => (await daysOf(rider, id))[0]?.longest_gap_m;
    expect(await gap()).toBeCloseTo(100_000, 0);
    await mark(30_000, 0.005);
    expect(await gap()).toBeCloseTo(70_000, 0);
    await mark(60_000, 0.02);
    await mark(60_000, 0, 'past');
    expect(await gap()).toBeCloseTo(70_000, 0);
    await mark(90_000, -0.008);
    expect(await gap()).toBeCloseTo(60_000, 0);
  });

  test('a marker counts up to 1,000 m beside a route, also far north', async () => {
    const { rider, id } = await createPlanned([
      [
        [10, 69.9],
        [10.4, 70.1],
      ],
    ]);
    const gapM = async () => (await daysOf(rider, id))[0]?.longest_gap_m ?? 0;
    const mark = (longitude: number) =>
      rider.post(`/v1/journeys/${id}/markers`, {
        name: 'Water',
        marker_type: 'plan',
        coordinates: { type: 'Point', coordinates: [longitude, 70] },
      });
    const wholeM = await gapM();
    // The route passes 10.2, 70 at 34 degrees to the meridian, so these places are 1,055 m and 961 m away from it.
    await mark(10.2 + 0.0335);
    expect(await gapM()).toBe(wholeM);
    await mark(10.2 + 0.0305);
    expect(await gapM()).toBeLessThan(wholeM * 0.6);
  });

  test('a page with too many points and markers is answered without longest gaps', async () => {
    const { rider, id } = await createPlanned([equator(110_000)], { daily_distance_m: 1_000 });
    const at = { type: 'Point', coordinates: [10, 0] };
    await rider.post(`/v1/journeys/${id}/markers`, { name: 'Water', marker_type: 'plan', coordinates: at });
    await sql`
      insert into markers (id, journey_id, name, marker_type, position, cell, created_at, updated_at)
      select gen_random_uuid(), journey_id, name, marker_type, position, cell, created_at, updated_at
      from markers, generate_series(1, 2000) where journey_id = ${id}`;
    const [long, short] = [await daysOf(rider, id, '?limit=100'), await daysOf(rider, id, '?limit=10')];
    expect(new Set(long.map(({ longest_gap_m }) => longest_gap_m))).toEqual(new Set([null]));
    expect(short.every(({ longest_gap_m }) => longest_gap_m === 1_000)).toBe(true);
  });
});

describe('days seen by other riders', () => {
  async function createGranted() {
    const scene = await createConnection();
    await scene.ben.patch(scene.connection, { exact: true });
    return scene;
  }

  test('a rider with a grant sees the days without the ends of lines and without markers', async () => {
    const { anna, ben, id } = await createGranted();
    const [own, shown] = [await daysOf(ben, id), await daysOf(anna, id)];
    expect(own.length).toBeGreaterThan(0);
    expect(shown.map(({ date }) => date)).toEqual(own.map(({ date }) => date));
    expect([own[0]?.start, own.at(-1)?.end]).not.toContain(null);
    expect([shown[0]?.start, shown.at(-1)?.end]).toEqual([null, null]);
    expect(own.every(({ longest_gap_m }) => longest_gap_m !== null)).toBe(true);
    expect(shown.every(({ longest_gap_m }) => longest_gap_m === null)).toBe(true);
  });

  test('a rider with a grant sees no position inside a privacy zone', async () => {
    const { anna, ben, id } = await createGranted();
    const before = await daysOf(anna, id);
    const place = before.find(({ end }) => end)?.end?.coordinates;
    if (!place) throw new Error('the plan has a single day');
    await ben.post('/v1/me/privacy-zones', zoneAt(place, { radius_m: 5_000 }));
    const after = (await daysOf(anna, id)).flatMap(({ start, end }) => [start, end]);
    expect(after.filter((point) => point && Math.abs(point.coordinates[0] - place[0]) < 0.02)).toEqual([]);
  });

  test.each(['private', 'public'])(
    'the days of a %s journey answer 404 to strangers, equal to an unknown id',
    async (visibility) => {
      const { rider, id } = await createPlanned([equator(60_000)]);
      await rider.patch('/v1/me', { privacy_zones: 'none' });
      await rider.patch(`/v1/journeys/${id}`, { visibility });
      const stranger = await createRider();
      const [real, unknown] = [id, crypto.randomUUID()].map((one) => stranger.get(`/v1/journeys/${one}/days`));
      expect((await real)?.status).toBe(404);
      expect({ ...(await real)?.json, request_id: '' }).toEqual({ ...(await unknown)?.json, request_id: '' });
    },
  );
});
