import { describe, expect, test } from 'vitest';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { type Fix, gpx, importFile, lengthM, parallel, track, waypoint } from './lines.ts';
import { unfitting } from './schema.ts';

const statsPath = (id: string) => `/v1/journeys/${id}/stats`;

async function statsOf(rider: Rider, id: string) {
  const { status, json, text } = await rider.get(statsPath(id));
  expect(status, text).toBe(200);
  expect(await unfitting(['/v1/journeys/{id}/stats', 'get'], 'application/json', json)).toEqual([]);
  return json;
}

async function createWith(file: string, as: 'plan' | 'past' = 'plan', fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  const { id } = await createJourney(rider, fields);
  const receipt = await importFile(rider, id, file, as);
  return { rider, id, receipt };
}

/** A line on the equator of so many metres. */
const equator = (metres: number): Fix[] => [
  [10, 0],
  [10 + metres / 111_319.490_793_273_6, 0],
];
const at = (day: string, hour: number): string => `2026-06-${day}T${String(hour).padStart(2, '0')}:30:00Z`;

test('the stats of an empty journey are zero or null', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { starts_on: '2027-06-01', daily_distance_m: 90_000 });
  expect(await statsOf(rider, id)).toEqual({
    planned: { distance_m: 0, ascent_m: null, days: null, ends_on: null },
    ridden: { distance_m: 0, ascent_m: null, days: null },
    markers: { past: 0, plan: 0 },
    bounding_box: null,
  });
});

test('distance and ascent are summed over all lines of a kind, without the gaps', async () => {
  const planned = [parallel(60, [16, 48]), parallel(30, [20, 48]), parallel(40, [21, 45])];
  const ridden = [parallel(50, [16, 47]), parallel(20, [18, 47])];
  const [first, second, third] = planned;
  const { rider, id, receipt } = await createWith(gpx(track([first ?? [], second ?? []])));
  const receipts = [
    await importFile(rider, id, gpx(track([third ?? []]))),
    await importFile(rider, id, gpx(track(ridden)), 'past'),
  ];
  const stats = await statsOf(rider, id);
  expect(stats.planned.distance_m).toBeCloseTo(await lengthM(planned), 2);
  expect(stats.ridden.distance_m).toBeCloseTo(await lengthM(ridden), 2);
  expect(stats.ridden.ascent_m).toBe(receipts[1].ascent_m);
  expect(stats.planned.ascent_m).toBeCloseTo(receipt.ascent_m + receipts[0].ascent_m, 2);
});

describe('the ascent of a line in segments', () => {
  const climb = (from: number, lowM: number): Fix[] => [
    [from, 46, lowM],
    [from + 0.01, 46, lowM + 4],
  ];
  const cases: [name: string, segments: Fix[][], ascentM: number][] = [
    ['continues where segments touch', [climb(8, 500), climb(8.01, 504), climb(8.02, 508)], 12],
    ['continues where a pause moved the receiver by some metres', [climb(8, 500), climb(8.0102, 504)], 8],
    ['leaves out a gondola between two segments', [climb(8, 500), climb(8.03, 1_500)], 0],
    ['leaves out a lift that ends above the place where it starts', [climb(8, 500), climb(8.01, 560)], 0],
  ];
  test.each(cases)('the ascent of a line in segments %s, also in its days', async (_, segments, ascentM) => {
    const { rider, id } = await createWith(gpx(track(segments)), 'plan', { daily_distance_m: 100_000 });
    expect((await statsOf(rider, id)).planned.ascent_m).toBe(ascentM);
    const { json } = await rider.get(`/v1/journeys/${id}/days`);
    expect(json.items.map(({ ascent_m }: { ascent_m: number }) => ascent_m)).toEqual([ascentM]);
  });
});

describe('days of a plan', () => {
  test.each([
    [100_000, 50_000, 2, '2027-02-28'],
    [100_001, 50_000, 3, '2027-03-01'],
    [99_999, 50_000, 2, '2027-02-28'],
    [1_000, 50_000, 1, '2027-02-27'],
    [49_999.5, 1_000, 50, '2027-04-17'],
  ])('a plan of %d m at %d m a day takes %d days and ends on %s', async (metres, dailyM, days, endsOn) => {
    const fields = { starts_on: '2027-02-27', daily_distance_m: dailyM };
    const { rider, id } = await createWith(gpx(track([equator(metres - 0.01)])), 'plan', fields);
    expect((await statsOf(rider, id)).planned).toMatchObject({ days, ends_on: endsOn });
  });

  test('the last day of a plan is right across a leap day and a new year', async () => {
    const file = gpx(track([equator(99_999)]));
    const year = await createWith(file, 'plan', { starts_on: '2027-12-30', daily_distance_m: 25_000 });
    expect((await statsOf(year.rider, year.id)).planned).toMatchObject({ days: 4, ends_on: '2028-01-02' });
    const leap = await createWith(file, 'plan', { starts_on: '2028-02-27', daily_distance_m: 25_000 });
    expect((await statsOf(leap.rider, leap.id)).planned).toMatchObject({ days: 4, ends_on: '2028-03-01' });
  });

  test('the days of a plan are null without a daily distance, and its end is null without a start', async () => {
    const { rider, id } = await createWith(gpx(track([equator(99_999)])));
    expect((await statsOf(rider, id)).planned).toMatchObject({ days: null, ends_on: null });
    await rider.patch(`/v1/journeys/${id}`, { daily_distance_m: 10_000 });
    expect((await statsOf(rider, id)).planned).toMatchObject({ days: 10, ends_on: null });
    await rider.patch(`/v1/journeys/${id}`, { daily_distance_m: null, starts_on: '2027-06-01' });
    expect((await statsOf(rider, id)).planned).toMatchObject({ days: null, ends_on: null });
  });
});

describe('days of a ride', () => {
  test('the days of a ride are the dates in its times, counted once each', async () => {
    const line = (...times: string[]): Fix[] => times.map((time, n) => [16 + n / 10, 48, 200, time]);
    const file = gpx(
      track([line(at('01', 8), at('01', 12)), line(at('01', 13), at('01', 17))]),
      track([line(at('02', 8), at('04', 1))]),
      track([line(at('04', 9), at('04', 12))]),
    );
    const { rider, id } = await createWith(file, 'past');
    expect((await statsOf(rider, id)).ridden.days).toBe(3);
    await importFile(rider, id, gpx(track([line(at('09', 8), at('09', 12))])), 'past');
    expect((await statsOf(rider, id)).ridden.days).toBe(4);
  });

  test('the days of a ride are null without any time', async () => {
    const { rider, id } = await createWith(gpx(track([parallel(9, [16, 48])])), 'past');
    const { ridden } = await statsOf(rider, id);
    expect(ridden.days).toBeNull();
    expect(ridden.distance_m).toBeGreaterThan(0);
  });

  test('times in a planned file do not count as days', async () => {
    const points: Fix[] = [
      [16, 48, 200, at('01', 8)],
      [17, 48, 200, at('02', 8)],
    ];
    const { rider, id } = await createWith(gpx(track([points])));
    expect(await statsOf(rider, id)).toMatchObject({ ridden: { days: null }, planned: { days: null } });
  });
});

test('markers are counted by type', async () => {
  const { rider, id } = await createWith(gpx(waypoint([16, 48]), waypoint([17, 48])));
  await importFile(rider, id, gpx(waypoint([16, 48]), waypoint([17, 48]), waypoint([18, 48])), 'past');
  expect((await statsOf(rider, id)).markers).toEqual({ past: 3, plan: 2 });
});

describe('bounding boxes of journeys [K8]', () => {
  const boxes: [name: string, file: string, box: number[]][] = [
    ['lines', gpx(track([parallel(11, [16, 48]), parallel(11, [-3.5, 52])])), [-3.5, 48, 16.1, 52]],
    ['a waypoint alone', gpx(waypoint([16.1234567, -48.7654321])), [16.1234567, -48.7654321, 16.1234567, -48.7654321]],
    [
      'lines and a waypoint',
      gpx(track([parallel(11, [16, 48])]), waypoint([-122.877, 37.1])),
      [-122.877, 37.1, 16.1, 48],
    ],
    [
      'waypoints in the west',
      gpx(waypoint([-122.877, 37.1]), waypoint([-121.3, 38.2])),
      [-122.877, 37.1, -121.3, 38.2],
    ],
    [
      'waypoints on both sides of the antimeridian',
      gpx(waypoint([179.5, -17]), waypoint([-179.2, -16])),
      [179.5, -17, -179.2, -16],
    ],
    [
      'a line over the antimeridian',
      gpx(
        track([
          [
            [178, -17],
            [-178.5, -16],
          ],
        ]),
      ),
      [178, -17, -178.5, -16],
    ],
    ['waypoints at 180 and -180 degrees', gpx(waypoint([180, 1]), waypoint([-180, 2])), [180, 1, 180, 2]],
    [
      'a line that ends at the antimeridian',
      gpx(
        track([
          [
            [170, 1],
            [180, 2],
          ],
        ]),
      ),
      [170, 1, 180, 2],
    ],
    ['a line around the globe', gpx(track([parallel(35, [-170, 1], 10)])), [-170, 1, 170, 1]],
    ['waypoints at the poles', gpx(waypoint([0, 90]), waypoint([0, -90])), [0, -90, 0, 90]],
  ];

  test.each(boxes)('the bounding box is right for %s', async (_, file, box) => {
    const { rider, id } = await createWith(file);
    expect((await statsOf(rider, id)).bounding_box).toEqual(box);
  });

  test('the bounding box covers rides and markers and shrinks when a marker is deleted', async () => {
    const { rider, id } = await createWith(gpx(track([parallel(11, [16, 48])])), 'past');
    const marker = { name: 'Far', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [30, 50] } };
    const { json } = await rider.post(`/v1/journeys/${id}/markers`, marker);
    expect((await statsOf(rider, id)).bounding_box).toEqual([16, 48, 30, 50]);
    await rider.delete(`/v1/journeys/${id}/markers/${json.id}`);
    expect((await statsOf(rider, id)).bounding_box).toEqual([16, 48, 16.1, 48]);
  });
});

test('the stats of a journey take no query parameter', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  expect((await rider.get(`${statsPath(id)}?as=plan`)).status).toBe(400);
});
