import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import {
  asGpx,
  countsOf,
  type Fix,
  gpx,
  importFile,
  importsOf,
  lengthM,
  parallel,
  partsOf,
  pointsOf,
  readRoute,
  route,
  track,
  waypoint,
} from '../tracks/lines.ts';
import { unfitting } from '../tracks/schema.ts';

async function createJourneyOfMine(fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  return { rider, id: (await createJourney(rider, fields)).id };
}

const at = (hour: number, minute = 0): string =>
  `2026-06-01T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;

test('an import of a track, a route and waypoints answers with a receipt of what was kept', async () => {
  const { rider, id } = await createJourneyOfMine();
  const [ridden, planned] = [parallel(30, [16, 48]), parallel(12, [17, 47])];
  const file = gpx(waypoint([16.1, 48.1, 150], 'Spring'), route(planned), track([ridden]), waypoint([16.2, 48.2]));
  const { status, headers, json, text } = await rider.post(importsOf(id), file, asGpx);
  expect(status, text).toBe(201);
  expect(headers.get('Location')).toBe(`/v1/journeys/${id}/route?as=plan`);
  expect(json).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    tracks: 2,
    markers: 2,
    points_read: 42,
    points_kept: 42,
    left_out: [
      {
        code: 'waypoint_without_name',
        where: 'waypoint 2',
        count: 1,
        why: 'A waypoint without a name gets one, such as “Waypoint 1”.',
      },
    ],
    days: null,
    distance_m: json.distance_m,
    ascent_m: json.ascent_m,
    as: 'plan',
    already_imported: false,
    version: 1,
    created_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const metres = await lengthM([ridden, planned]);
  expect(Math.abs(json.distance_m - metres)).toBeLessThanOrEqual(metres * 1e-4);
  expect(await unfitting(['/v1/journeys/{id}/imports', 'post'], 'application/json', json)).toEqual([]);

  const features = (await rider.get(headers.get('Location') ?? '')).json.features;
  expect(features.map(pointsOf)).toEqual([planned, ridden]);
  expect(await countsOf(id)).toMatchObject({ tracks: 2, markers: 2 });
  expect((await sql`select distinct import_id from tracks where journey_id = ${id}`)[0]).toEqual({
    import_id: json.id,
  });
});

test('an import to a journey id in upper case reaches that journey', async () => {
  const { rider, id } = await createJourneyOfMine();
  const file = gpx(track([parallel(5, [1, 1])]));
  const { status, headers } = await rider.post(importsOf(id.toUpperCase()), file, asGpx);
  expect([status, headers.get('Location')]).toEqual([201, `/v1/journeys/${id}/route?as=plan`]);
});

describe('distance and ascent of imports [K8]', () => {
  const lines: [name: string, points: Fix[]][] = [
    ['along the Danube', parallel(200, [10, 48.4], 0.013)],
    ['along a meridian in the north', Array.from({ length: 100 }, (_, n): Fix => [25, 60 + n / 10])],
    ['along the equator', parallel(100, [-75, 0], 0.5)],
    ['in steps of a thousand kilometres', Array.from({ length: 9 }, (_, n): Fix => [-60 + n * 12, -40 + n * 9])],
    ['in steps of a metre', parallel(500, [7, 46], 0.000_01)],
    ['over the antimeridian', Array.from({ length: 50 }, (_, n): Fix => [n < 25 ? 179 + n / 25 : -181 + n / 25, -17])],
    [
      'through the north pole',
      [
        [10, 89],
        [10, 90],
        [-120, 90],
        [-120, 89.2],
      ],
    ],
    [
      'over the pole without touching it',
      [
        [10, 89.9],
        [-170, 89.9],
      ],
    ],
  ];

  test.each(lines)(
    'the distance of a line %s equals that on the ellipsoid within a ten-thousandth',
    async (_, points) => {
      const { rider, id } = await createJourneyOfMine();
      const metres = await lengthM([points]);
      const { distance_m } = await importFile(rider, id, gpx(track([points])));
      expect(Math.abs(distance_m - metres)).toBeLessThanOrEqual(metres * 1e-4);
      const [feature] = await readRoute(rider, id);
      expect(feature?.properties.distance_m).toBe(distance_m);
    },
  );

  test('the ascent ignores noise, and is null without elevations', async () => {
    const { rider, id } = await createJourneyOfMine();
    const hilly = [100, 103, 99, 102, 300, 250, 400].map((elevationM, n): Fix => [n / 10, 45, elevationM]);
    const flat = [1, 2, 3].map((n): Fix => [n, 44]);
    expect((await importFile(rider, id, gpx(track([flat])))).ascent_m).toBeNull();
    expect((await importFile(rider, id, gpx(track([flat]), track([hilly])))).ascent_m).toBe(351);
  });

  test('the distance leaves out the gap between two segments', async () => {
    const { rider, id } = await createJourneyOfMine();
    const parts = [parallel(20, [10, 45]), parallel(30, [60, 45]), parallel(7, [-100, 20])];
    const { distance_m, tracks } = await importFile(rider, id, gpx(track(parts)));
    expect(tracks).toBe(1);
    expect(distance_m).toBeCloseTo(await lengthM(parts), 1);
    const [feature] = await readRoute(rider, id);
    expect(feature && partsOf(feature)).toEqual(parts);
  });
});

test('points that make no line count as read and are reported as left out', async () => {
  const { rider, id } = await createJourneyOfMine();
  const file = gpx(track([parallel(3, [1, 1]), [[5, 5]]]), route([[6, 6]]), track([]));
  expect(await importFile(rider, id, file)).toMatchObject({
    tracks: 1,
    points_read: 5,
    points_kept: 3,
    left_out: [
      { code: 'segment_too_short', where: 'track 1, segment 2', count: 2 },
      { code: 'line_without_segment', where: 'track 2', count: 1 },
    ],
  });
});

test('another file is appended after the existing lines', async () => {
  const { rider, id } = await createJourneyOfMine();
  const file = (name: string) =>
    gpx(track([parallel(5, [1, 1])], `${name} 1`), track([parallel(5, [2, 1])], `${name} 2`));
  for (const name of ['first', 'second', 'third']) await importFile(rider, id, file(name));
  const names = (await readRoute(rider, id)).map(({ properties }) => properties.name);
  expect(names).toEqual(['first 1', 'first 2', 'second 1', 'second 2', 'third 1', 'third 2']);
});

test('ten files imported at the same moment are all appended, each with its lines together', async () => {
  const { rider, id } = await createJourneyOfMine();
  const file = (n: number) => gpx(...[1, 2, 3].map((k) => track([parallel(5, [n, k])], `${n}.${k}`)));
  const receipts = await Promise.all(Array.from({ length: 10 }, (_, n) => importFile(rider, id, file(n))));
  expect(new Set(receipts.map((receipt) => receipt.id)).size).toBe(10);
  const names = (await readRoute(rider, id)).map(({ properties }) => String(properties.name));
  expect(names).toHaveLength(30);
  for (let n = 0; n < 30; n += 3) {
    const first = names[n]?.split('.')[0];
    expect(names.slice(n, n + 3)).toEqual([`${first}.1`, `${first}.2`, `${first}.3`]);
  }
  const rows = await sql`select ordinal from tracks where journey_id = ${id} order by ordinal`;
  expect(rows.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 30 }, (_, n) => n));
});

describe('times in imported files', () => {
  const timed = (fromLongitude: number, hour: number): Fix[] =>
    [0, 1, 2, 3].map((n) => [fromLongitude + n / 100, 48, 200, at(hour, n)]);
  const timesOf = async (id: string) =>
    (await sql`select to_json(recorded_at) as times from tracks where journey_id = ${id} order by ordinal`).map(
      ({ times }) => times?.map((time: string) => Date.parse(time)) ?? null,
    );

  test('the times of a ride are kept for each point of all its segments', async () => {
    const { rider, id } = await createJourneyOfMine();
    const points = [timed(16, 8), timed(17, 9)];
    await importFile(rider, id, gpx(track(points)), 'past');
    expect(await timesOf(id)).toEqual([points.flat().map(([, , , time]) => Date.parse(time ?? ''))]);
  });

  test('a line without any time has no times', async () => {
    const { rider, id } = await createJourneyOfMine();
    await importFile(rider, id, gpx(track([parallel(4, [16, 48])]), track([timed(16, 8)])), 'past');
    expect((await timesOf(id)).map((times) => times?.length ?? null)).toEqual([null, 4]);
  });
});

describe('imported waypoints', () => {
  test.each(['plan', 'past'] as const)(
    'a waypoint imported as %s becomes a marker of that type with its name, notes and position',
    async (as) => {
      const { rider, id } = await createJourneyOfMine();
      const file = gpx(
        `<wpt lat="48.2082" lon="16.3738"><ele>171</ele><time>${at(8)}</time><name>Camp &amp; fire</name><desc>Dry</desc></wpt>`,
        waypoint([-0.1276, 51.5072]),
      );
      await importFile(rider, id, file, as);
      const { json } = await rider.get(`/v1/journeys/${id}/markers`);
      const time = as === 'past' ? new Date(at(8)).toISOString() : null;
      const common = { journey_id: id, marker_type: as, estimated_time: null };
      expect(json.items).toHaveLength(2);
      expect(json.items).toContainEqual(
        expect.objectContaining({
          ...common,
          name: 'Camp & fire',
          notes: 'Dry',
          timestamp: time,
          coordinates: { type: 'Point', coordinates: [16.3738, 48.2082] },
        }),
      );
      expect(json.items).toContainEqual(expect.objectContaining({ ...common, name: 'Waypoint 2', timestamp: null }));
      const rows = await sql`select elevation_m from markers where journey_id = ${id} order by elevation_m`;
      expect(rows).toEqual([{ elevation_m: 171 }, { elevation_m: null }]);
    },
  );

  test('a file may consist of waypoints alone', async () => {
    const { rider, id } = await createJourneyOfMine();
    const receipt = await importFile(rider, id, gpx(waypoint([1, 2]), waypoint([3, 4])));
    expect(receipt).toMatchObject({
      tracks: 0,
      markers: 2,
      points_read: 0,
      points_kept: 0,
      distance_m: 0,
      ascent_m: null,
    });
    expect(await readRoute(rider, id)).toEqual([]);
  });
});

test('the presence of a journey follows its imports', async () => {
  const { rider, id } = await createJourneyOfMine({ visibility: 'discoverable' });
  expect(await countsOf(id)).toEqual({ tracks: 0, markers: 0, presence: 0 });
  await importFile(rider, id, gpx(track([parallel(200, [16, 48])])));
  const line = await countsOf(id);
  expect(line?.presence).toBeGreaterThan(4);
  await importFile(rider, id, gpx(waypoint([-20, 30])));
  expect(await countsOf(id)).toMatchObject({ markers: 1, presence: line?.presence + 1 });
});
