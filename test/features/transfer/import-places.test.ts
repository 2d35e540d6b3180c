import { describe, expect, test } from 'vitest';
import { createJourney, createRider } from '../../support/factories.ts';
import {
  type Fix,
  gpx,
  importFile,
  type Kind,
  lengthM,
  pointsOf,
  readRoute,
  route,
  track,
  waypoint,
} from '../tracks/lines.ts';

async function importInto(file: string, as: Kind = 'plan') {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const receipt = await importFile(rider, id, file, as);
  const { json: markers } = await rider.get(`/v1/journeys/${id}/markers`);
  const features = await readRoute(rider, id, `?as=${as}`);
  const names = markers.items.map(({ name }: { name: string }) => name);
  return { receipt, names, lines: features.map(pointsOf) };
}

const [a, b, c]: [Fix, Fix, Fix] = [
  [16, 48],
  [16.01, 48],
  [16.02, 48],
];
const nowhere: Fix = [0, 0];

describe('points without a position', () => {
  const atZero: [name: string, points: Fix[], places: number[]][] = [
    ['in the middle', [a, nowhere, b], [2]],
    ['at the start', [nowhere, nowhere, a, b], [1, 2]],
    ['at the end', [a, b, nowhere], [3]],
  ];
  test.each(atZero)('points at 0, 0 %s of a line elsewhere are left out', async (_, points, places) => {
    const { receipt, lines } = await importInto(gpx(track([points])));
    expect(lines).toEqual([[a, b]]);
    expect(receipt.distance_m).toBeCloseTo(await lengthM([[a, b]]), 1);
    expect(receipt).toMatchObject({ points_read: points.length, points_kept: 2 });
    expect(receipt.left_out).toMatchObject([
      { code: 'point_at_zero', where: `track 1, segment 1, point ${places[0]}`, count: places.length },
    ]);
  });

  test.each<[string, Fix[]]>([
    ['through', [[-0.5, 0], nowhere, [0.5, 0.5]]],
    ['from', [nowhere, [0.01, 0.01], [16, 48]]],
    ['to', [[3, 4], [0.9, 0], nowhere]],
  ])('a line %s 0, 0 keeps its point there', async (_, points) => {
    const { receipt, lines } = await importInto(gpx(track([points])));
    expect([lines, receipt.left_out]).toEqual([[points], []]);
  });

  test('a point without any position is left out, and keeps no elevation or time for another one', async () => {
    const empty = '<trkpt lat="" lon=""><ele>900</ele><time>2026-01-01T08:00:00Z</time></trkpt>';
    const file = gpx(track([[a, b]])).replace('</trkseg>', `${empty}</trkseg>`);
    const { receipt, lines } = await importInto(file, 'past');
    expect(lines).toEqual([[a, b]]);
    expect(receipt).toMatchObject({ points_read: 3, points_kept: 2, ascent_m: null, days: null });
    expect(receipt.left_out).toMatchObject([
      { code: 'point_without_position', where: 'track 1, segment 1, point 3', count: 1 },
    ]);
  });
});

describe('waypoints without a position', () => {
  test('waypoints without a position are left out, and all others become markers', async () => {
    const bad = ['lat="" lon=""', 'lon="16"', 'lat="91" lon="16"', 'lat="48" lon="east"', 'lat="0" lon="0"'];
    const file = gpx(
      waypoint(a, 'first'),
      ...bad.map((position) => `<wpt ${position}><name>x</name></wpt>`),
      waypoint(b, 'last'),
    );
    const { receipt, names } = await importInto(file);
    expect(names.toSorted()).toEqual(['first', 'last']);
    expect(receipt).toMatchObject({ markers: 2 });
    expect(receipt.left_out).toEqual([
      {
        code: 'waypoint_without_position',
        where: 'waypoint 2',
        count: 5,
        why: 'A waypoint needs a latitude from -90 to 90 and a longitude. Here, lat="" is no number from -90 to 90.',
      },
    ]);
  });

  test.each<[string, string]>([
    ['alone in its file', ''],
    ['with a line near', track([[nowhere, [0.1, 0.1]]])],
    ['with another waypoint near', waypoint([0.5, 0.5], 'near')],
  ])('a waypoint at 0, 0 %s becomes a marker', async (_, others) => {
    const { names } = await importInto(gpx(waypoint(nowhere, 'zero'), others));
    expect(names).toContain('zero');
  });

  test('longitudes of a map that goes round more than once are those of the same meridians', async () => {
    const points: Fix[] = [
      [-180.096, -17],
      [-180.05, -17],
      [-179.9, -17],
    ];
    const { receipt, lines } = await importInto(gpx(track([points]), waypoint([365.5, 10], 'far')));
    expect(lines.flat().map(([longitude]) => longitude)).toEqual([179.904, 179.95, 180, -180, -179.9]);
    expect([receipt.left_out, receipt.markers]).toEqual([[], 1]);
    expect(receipt.distance_m).toBeLessThan(30_000);
  });
});

describe('a way that stands in a file twice', () => {
  const bend: Fix[] = [a, [16.005, 48.003], b, c];
  const longer: Fix[] = [...bend, [16.1, 48]];
  const minutesLater = (points: Fix[], minutes: number): Fix[] =>
    points.map(([longitude, latitude], n) => [
      longitude,
      latitude,
      200,
      `2026-05-01T08:${String(n + minutes).padStart(2, '0')}:00Z`,
    ]);

  const once: [name: string, content: string, as: Kind, kept: Fix[], where: string][] = [
    ['a route of two points and a track', route([a, c]) + track([[a, b, c]]), 'plan', [a, b, c], 'route 1'],
    ['a track and a route of two points', track([[a, b, c]]) + route([a, c]), 'plan', [a, b, c], 'route 1'],
    ['a track and a route with more points', track([[a, c]]) + route([a, b, c]), 'plan', [a, b, c], 'track 1'],
    [
      'a track in segments and a route with points beside the road',
      track([bend.slice(0, 2), bend.slice(2)]) + route([a, [16.006, 48.003], [16.02, 48.0005]]),
      'plan',
      bend,
      'route 1',
    ],
    [
      'a ridden track and its longer plan',
      route([a, b, c]) + track([minutesLater([a, c], 0)]),
      'past',
      minutesLater([a, c], 0),
      'route 1',
    ],
    ['two equal tracks', track([bend]) + track([bend]), 'plan', bend, 'track 2'],
    [
      'two equal tracks with equal times',
      track([minutesLater(bend, 0)]).repeat(2),
      'past',
      minutesLater(bend, 0),
      'track 2',
    ],
    ['two equal routes', route(bend) + route(bend), 'plan', bend, 'route 2'],
  ];
  test.each(once)('%s of one way count once', async (_, content, as, kept, where) => {
    const { receipt, lines } = await importInto(gpx(content), as);
    const positions = kept.map(([longitude, latitude]) => [longitude, latitude]);
    expect(lines.map((points) => points.map(([longitude, latitude]) => [longitude, latitude]))).toEqual([positions]);
    expect(receipt).toMatchObject({ tracks: 1, points_kept: kept.length });
    expect(receipt.distance_m).toBeGreaterThan(0);
    expect(receipt.left_out).toMatchObject([{ code: 'line_repeated', where, count: 1 }]);
  });

  const both: [name: string, content: string, as: Kind][] = [
    ['a track and a route that turns back', track([bend]) + route([a, c, [16.005, 48.003], c]), 'plan'],
    ['a track and a route in the other direction', track([[a, b, c]]) + route([c, a]), 'plan'],
    ['a track and a longer route', track([bend]) + route(longer), 'plan'],
    ['a track and a route 200 m beside it', track([[a, b, c]]) + route([a, [16.01, 48.0018], c]), 'plan'],
    ['two tracks of one way with other points', track([[a, b, c]]) + track([[a, c]]), 'plan'],
    ['two rides of one way', track([minutesLater(bend, 0)]) + track([minutesLater(bend, 20)]), 'past'],
  ];
  test.each(both)('%s are both kept', async (_, content, as) => {
    const { receipt } = await importInto(gpx(content), as);
    expect(receipt).toMatchObject({ tracks: 2, left_out: [] });
  });

  test('a thousand lines with the same ends are compared in a second', async () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => {
      const points = Array.from({ length: 40 }, (_, k): Fix => [16 + k / 1_000, 48 + (k === 39 ? 0 : n / 1e7)]);
      return n % 2 ? route(points) : track([points]);
    });
    const started = performance.now();
    await importInto(gpx(...lines));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
