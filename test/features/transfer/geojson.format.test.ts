import { describe, expect, test } from 'vitest';
import { readAccepted, readRefused, toPlainLines } from './gpx.support.ts';

const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });
const feature = (geometry: unknown, properties: unknown = {}) => ({ type: 'Feature', geometry, properties });
const lineString = (coordinates: unknown) => ({ type: 'LineString', coordinates });
const multiLineString = (coordinates: unknown) => ({ type: 'MultiLineString', coordinates });
const point = (coordinates: unknown) => ({ type: 'Point', coordinates });
const twoPoints = [
  [16, 48],
  [16.1, 48.1],
];
const times = ['2026-06-01T08:00:00Z', '2026-06-01T08:05:00Z'];

const pairsOf = (reading: Awaited<ReturnType<typeof readAccepted>>) =>
  toPlainLines(reading).map(({ segments }) =>
    segments.map((points) => points.map(({ longitude, latitude }) => [longitude, latitude])),
  );

describe('lines of GeoJSON', () => {
  test.each<[string, unknown]>([
    ['a collection of features', { type: 'FeatureCollection', features: [feature(lineString(twoPoints))] }],
    ['a feature', feature(lineString(twoPoints))],
    ['a geometry', lineString(twoPoints)],
    ['a collection of geometries', { type: 'GeometryCollection', geometries: [lineString(twoPoints)] }],
    [
      'a feature with a collection of geometries',
      feature({ type: 'GeometryCollection', geometries: [lineString(twoPoints)] }),
    ],
    [
      'a feature of 2008 with the system CRS84',
      {
        ...feature(lineString(twoPoints)),
        crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC:1.3:CRS84' } },
      },
    ],
  ])('a line in %s is read', async (_, file) => {
    const reading = await readAccepted(JSON.stringify(file));
    expect(pairsOf(reading)).toEqual([[twoPoints]]);
    expect([reading.pointsRead, reading.leftOut]).toEqual([2, []]);
  });

  test('the lines of a collection have the lists of times in their order', async () => {
    const [first, second] = [
      ['2026-06-01T08:00:00Z', '2026-06-01T08:01:00Z'],
      ['2026-06-02T08:00:00Z', '2026-06-02T08:01:00Z'],
    ];
    const point = { type: 'Point', coordinates: [16, 48] };
    const geometries = [lineString(twoPoints), point, lineString(twoPoints)];
    const times = async (coordTimes: unknown) => {
      const file = feature({ type: 'GeometryCollection', geometries }, { coordTimes });
      const { lines, leftOut } = await readAccepted(JSON.stringify(file));
      expect(leftOut.map(({ code }) => code)).toEqual(['waypoint_without_name']);
      return lines.map(({ segments }) => [...(segments[0]?.recordedAtMs ?? [])].map((ms) => new Date(ms).toJSON()));
    };
    const inMs = (texts: readonly string[] = []) => texts.map((text) => text.replace('Z', '.000Z'));
    expect(await times([first, second])).toEqual([inMs(first), inMs(second)]);
  });

  test('parts of a line become segments, with the name, elevations and further numbers left out', async () => {
    const parts = [
      [
        [16, 48, 300],
        [16.1, 48.1, 310.5],
      ],
      [
        [17, 48, null],
        [17.1, 48.1, 320, 1_780_000_000],
      ],
    ];
    const reading = await readAccepted(collection(feature(multiLineString(parts), { name: 'Over the pass' })));
    expect(toPlainLines(reading)).toEqual([
      {
        kind: 'track',
        name: 'Over the pass',
        segments: [
          [
            { longitude: 16, latitude: 48, elevationM: 300 },
            { longitude: 16.1, latitude: 48.1, elevationM: 310.5 },
          ],
          [
            { longitude: 17, latitude: 48 },
            { longitude: 17.1, latitude: 48.1, elevationM: 320 },
          ],
        ],
      },
    ]);
    expect(reading.leftOut).toEqual([]);
  });

  test.each<[string, unknown, unknown]>([
    ['coordTimes of a line', lineString(twoPoints), { coordTimes: times }],
    ['times in coordinateProperties of a line', lineString(twoPoints), { coordinateProperties: { times } }],
    ['coordTimes of parts', multiLineString([twoPoints]), { coordTimes: [times] }],
    [
      'times in coordinateProperties of parts',
      multiLineString([twoPoints]),
      { coordinateProperties: { times: [times] } },
    ],
  ])('%s are the times of its points', async (_, geometry, properties) => {
    const [line] = toPlainLines(await readAccepted(collection(feature(geometry, properties))));
    expect(line?.segments[0]?.map(({ recordedAt }) => recordedAt)).toEqual(
      times.map((time) => new Date(time).toISOString()),
    );
  });

  test('a time that cannot be read and one that is missing are left out and said', async () => {
    const coordinates = [...twoPoints, [16.2, 48.2], [16.3, 48.3]];
    const coordTimes = [times[0], 'yesterday', null, times[1]];
    const { leftOut } = await readAccepted(collection(feature(lineString(coordinates), { coordTimes })));
    expect(leftOut.map(({ code, where, count }) => [code, where, count])).toEqual([
      ['time_unreadable', 'feature 1, segment 1, point 2', 1],
      ['time_missing', 'feature 1, segment 1, point 3', 1],
    ]);
  });

  test.each<[string, number[][][], unknown, number[][]]>([
    [
      'a mark of the cut alone is left out',
      [
        [
          [179.9, 10],
          [180, 10.1],
        ],
        [
          [-180, 10.1],
          [-179.8, 10.3],
        ],
      ],
      {},
      [
        [179.9, 10],
        [-179.8, 10.3],
      ],
    ],
    [
      'a point of the line on the cut stays',
      [
        [
          [179.9, 10],
          [180, 10.7],
        ],
        [
          [-180, 10.7],
          [-179.8, 10.3],
        ],
      ],
      {},
      [
        [179.9, 10],
        [180, 10.7],
        [-179.8, 10.3],
      ],
    ],
    [
      'a point with a time on the cut stays',
      [
        [
          [179.9, 10],
          [180, 10.1],
        ],
        [
          [-180, 10.1],
          [-179.8, 10.3],
        ],
      ],
      { coordTimes: [times, times] },
      [
        [179.9, 10],
        [180, 10.1],
        [-179.8, 10.3],
      ],
    ],
  ])('a line that is cut at the antimeridian is joined: %s', async (_, parts, properties, joined) => {
    const reading = await readAccepted(collection(feature(multiLineString(parts), properties)));
    expect(pairsOf(reading)).toEqual([[joined]]);
    expect(reading.leftOut).toEqual([]);
  });

  test('parts that touch elsewhere, or end on the antimeridian far from each other, stay apart', async () => {
    const apart = [
      [
        [179, 10],
        [180, 10],
      ],
      [
        [-180, 20],
        [-179, 20],
      ],
      [
        [-179, 20],
        [-178, 20],
      ],
    ];
    expect(pairsOf(await readAccepted(collection(feature(multiLineString(apart)))))).toEqual([apart]);
  });
});

test('a time that is a list or an object is left out and said', async () => {
  const coordTimes = [{ toString: 1 }, ['2026-06-01T08:05:00Z']];
  const { leftOut } = await readAccepted(collection(feature(lineString(twoPoints), { coordTimes })));
  expect(leftOut).toMatchObject([{ code: 'time_unreadable', count: 2 }]);
});

describe('points of GeoJSON', () => {
  test('a point becomes a waypoint with its name, notes, elevation and time', async () => {
    const properties = { name: 'Spring', description: 'behind the chapel', time: times[0] };
    const { waypoints } = await readAccepted(collection(feature(point([16, 48, 512]), properties)));
    expect(waypoints).toEqual([
      {
        name: 'Spring',
        notes: 'behind the chapel',
        longitude: 16,
        latitude: 48,
        elevationM: 512,
        recordedAt: new Date(times[0] ?? ''),
      },
    ]);
  });

  test('each of several points of a feature becomes a waypoint', async () => {
    const { waypoints, leftOut } = await readAccepted(
      collection(feature({ type: 'MultiPoint', coordinates: twoPoints })),
    );
    expect(waypoints.map(({ name, longitude }) => [name, longitude])).toEqual([
      ['Waypoint 1', 16],
      ['Waypoint 2', 16.1],
    ]);
    expect(leftOut).toMatchObject([{ code: 'waypoint_without_name', where: 'feature 1', count: 2 }]);
  });
});

test('areas, features without a place and empty positions are left out and said', async () => {
  const area = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    ],
  };
  const file = collection(feature(lineString([...twoPoints, []])), feature(area), feature(null), feature(point([])));
  const { leftOut } = await readAccepted(file);
  expect(leftOut.map(({ code, where, count }) => [code, where, count])).toEqual([
    ['point_without_position', 'feature 1, segment 1, point 3', 1],
    ['feature_without_line_or_point', 'feature 2', 2],
    ['waypoint_without_position', 'feature 4', 1],
  ]);
});

describe('GeoJSON is refused', () => {
  const deep = (levels: number): unknown =>
    levels === 0 ? lineString(twoPoints) : { type: 'GeometryCollection', geometries: [deep(levels - 1)] };

  test.each<[string, string, RegExp]>([
    ['that breaks off', '{"type":"FeatureCollection","features":[{"ty', /^file: this is no JSON: /],
    [
      'with half a position',
      collection(feature(lineString([[16, 48], [16]]))),
      /^feature 1, segment 1, point 2: lat is missing/,
    ],
    [
      'with a text for a number',
      collection(
        feature(
          lineString([
            [16, 48],
            [16, 'north'],
          ]),
        ),
      ),
      /point 2: lat="north" is no number/,
    ],
    [
      'with swapped coordinates',
      collection(
        feature(
          lineString([
            [48, 116],
            [48, 117],
          ]),
        ),
      ),
      /point 1: lat="116" is no number from -90 to 90/,
    ],
    [
      'with coordinates that are no list',
      collection(feature(lineString({ x: 1 }))),
      /^feature 1: the coordinates are no list/,
    ],
    ['with a feature that is no object', collection([]), /feature 1 is no object/],
    ['without a list of features', '{"type":"FeatureCollection"}', /^file: it has no list of features/],
    [
      'in another coordinate system',
      JSON.stringify({
        ...feature(lineString(twoPoints)),
        crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3857' } },
      }),
      /those of urn:ogc:def:crs:EPSG::3857/,
    ],
    ['with collections that are nested too deeply', JSON.stringify(deep(9)), /nested too deeply/],
    [
      'with more points than a file may have',
      collection(feature(lineString(Array.from({ length: 11 }, () => [1, 2])))),
      /more than 10 points/,
    ],
    ['that is a list', '[1,2]', /JSON, but no GeoJSON/],
  ])('%s', async (_, file, why) => {
    expect(await readRefused(file, { points: 10 })).toMatch(why);
  });

  test.each<[string, unknown]>([
    ['an object with a toString of its own', { toString: 1, valueOf: 1 }],
    ['a list', [48]],
  ])('with %s for a number', async (_, value) => {
    expect(await readRefused(collection(feature(lineString([[16, value], ...twoPoints]))))).toMatch(
      /lat="a list or an object"/,
    );
  });

  test('that is longer than 10 MB', async () => {
    const file = collection(feature(lineString(twoPoints), { notes: 'x'.repeat(10 * 1024 * 1024) }));
    expect(await readRefused(file)).toMatch(/may have 10485760 bytes at most/);
  });

  test('in bytes that are not UTF-8', async () => {
    const bytes = [...'{"name":"'].map((char) => char.charCodeAt(0));
    expect(await readRefused([...bytes, 0xff, 0x22, 0x7d])).toBe('file: the text is not UTF-8');
  });
});
