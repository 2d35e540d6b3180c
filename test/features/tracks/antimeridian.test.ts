import { describe, expect, test } from 'vitest';
import { createJourney, createRider, gpxOf, importPlan, type LonLat } from '../../support/factories.ts';
import { type Coordinates, type Feature, type Fix, gpx, importFile, partsOf, readRoute, track } from './lines.ts';
import { unfitting } from './schema.ts';

/** Points on both sides of the antimeridian, `degrees` away from it at most. */
const across = (degrees: number, latitude: number, steps = 40): LonLat[] =>
  Array.from({ length: steps + 1 }, (_, n) => {
    const longitude = Number((180 - degrees + (2 * degrees * n) / steps).toFixed(6));
    return [longitude > 180 ? longitude - 360 : longitude, latitude + n / 1_000];
  });

type Way = 'eastward' | 'westward';
const directions: readonly Way[] = ['eastward', 'westward'];
const inDirection = (points: LonLat[], way: Way): LonLat[] => (way === 'eastward' ? points : points.toReversed());

/** A map draws each part as it is, and the parts meet at the antimeridian. */
function expectCut(parts: readonly Coordinates[], count: number): void {
  expect(parts).toHaveLength(count);
  for (const [n, part] of parts.entries()) {
    expect(part.length).toBeGreaterThanOrEqual(2);
    for (const [longitude] of part) expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
    for (const [k, [longitude]] of part.slice(1).entries()) {
      expect(Math.abs(longitude - (part[k]?.[0] ?? Number.NaN))).toBeLessThanOrEqual(180);
    }
    const [end, begin] = [part.at(-1), parts[n + 1]?.[0]];
    if (!end || !begin) continue;
    expect([Math.abs(end[0]), begin[0]]).toEqual([180, -end[0]]);
    expect(begin.slice(1)).toEqual(end.slice(1));
  }
}

async function createPlanned(points: readonly Fix[][], fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  const { id } = await createJourney(rider, fields);
  await importFile(rider, id, gpx(track(points)));
  return { rider, id };
}

describe('lines across the antimeridian', () => {
  test.each<[name: string, line: Fix[], parts: Fix[][]]>([
    [
      'to the east',
      [
        [179.9, 66],
        [-179.7, 70],
      ],
      [
        [
          [179.9, 66],
          [180, 67],
        ],
        [
          [-180, 67],
          [-179.7, 70],
        ],
      ],
    ],
    [
      'to the west',
      [
        [-179.7, 70],
        [179.9, 66],
      ],
      [
        [
          [-179.7, 70],
          [-180, 67],
        ],
        [
          [180, 67],
          [179.9, 66],
        ],
      ],
    ],
    [
      'through a point at 180',
      [
        [179.9, 66],
        [180, 67],
        [-179.9, 68],
      ],
      [
        [
          [179.9, 66],
          [180, 67],
        ],
        [
          [-180, 67],
          [-179.9, 68],
        ],
      ],
    ],
    [
      'to the west through a point at 180',
      [
        [-179.9, 66],
        [180, 67],
        [179.9, 68],
      ],
      [
        [
          [-179.9, 66],
          [-180, 67],
        ],
        [
          [180, 67],
          [179.9, 68],
        ],
      ],
    ],
    [
      'there and back',
      [
        [179, 1],
        [-179, 3],
        [179, 5],
      ],
      [
        [
          [179, 1],
          [180, 2],
        ],
        [
          [-180, 2],
          [-179, 3],
          [-180, 4],
        ],
        [
          [180, 4],
          [179, 5],
        ],
      ],
    ],
    [
      'around the whole globe',
      [
        [-170, 1],
        [-60, 2],
        [60, 3],
        [170, 4],
        [-170, 6],
      ],
      [
        [
          [-170, 1],
          [-60, 2],
          [60, 3],
          [170, 4],
          [180, 5],
        ],
        [
          [-180, 5],
          [-170, 6],
        ],
      ],
    ],
  ])('a line %s is cut at 180 degrees (RFC 7946)', async (_, line, parts) => {
    const { rider, id } = await createPlanned([line]);
    const [feature] = await readRoute(rider, id);
    expect(feature?.geometry).toEqual({ type: 'MultiLineString', coordinates: parts });
  });

  test.each<[name: string, line: Fix[], shown: Fix[]]>([
    [
      'begins at 180 and goes east',
      [
        [180, 1],
        [-179, 2],
      ],
      [
        [-180, 1],
        [-179, 2],
      ],
    ],
    [
      'ends at -180 and came from the west',
      [
        [179, 1],
        [-180, 2],
      ],
      [
        [179, 1],
        [180, 2],
      ],
    ],
    [
      'touches 180 from the west',
      [
        [179, 1],
        [-180, 2],
        [179, 3],
      ],
      [
        [179, 1],
        [180, 2],
        [179, 3],
      ],
    ],
    [
      'runs along 180',
      [
        [180, 1],
        [180, 2],
      ],
      [
        [180, 1],
        [180, 2],
      ],
    ],
  ])('a line that %s is one line on its own side', async (_, line, shown) => {
    const { rider, id } = await createPlanned([line]);
    const [feature] = await readRoute(rider, id);
    expect(feature?.geometry).toEqual({ type: 'LineString', coordinates: shown });
  });

  test('the elevation at a cut lies between its neighbours, and other parts stay as they are', async () => {
    const plain: Fix[] = [
      [10, 1, 5],
      [11, 1, 6],
    ];
    const { rider, id } = await createPlanned([
      [
        [179, 1, 100],
        [-179, 1, 300],
      ],
      plain,
    ]);
    const [feature] = await readRoute(rider, id);
    expect(feature && partsOf(feature)).toEqual([
      [
        [179, 1, 100],
        [180, 1, 200],
      ],
      [
        [-180, 1, 200],
        [-179, 1, 300],
      ],
      plain,
    ]);
  });

  test.each(directions)('everyone gets a line %s cut, in full and simplified', async (way) => {
    const line = inDirection(across(0.5, -17), way);
    const { rider, id } = await createPlanned([line.map(([x, y]): Fix => [x, y])], { visibility: 'public' });
    const stranger = await createRider();
    for (const query of ['', '?max_points=6', '?max_points=2', '?tolerance_m=1000']) {
      for (const reader of [rider, stranger]) {
        const features = await readRoute(reader, id, query);
        expectCut(features.flatMap(partsOf), 2);
        if (query.startsWith('?max_points'))
          expect(features.flatMap(partsOf).flat().length).toBeLessThanOrEqual(Math.max(4, Number(query.split('=')[1])));
      }
      const { json } = await rider.get(`/v1/journeys/${id}/seen-as?audience=rider${query.replace('?', '&')}`);
      expectCut((json.plan.features as Feature[]).flatMap(partsOf), 2);
    }
  });

  test.each(directions)('two plans that join near the antimeridian are cut where they cross it %s', async (way) => {
    const line = inDirection(across(0.5, -30), way);
    const rider = await createRider();
    const { id } = await createJourney(rider, { visibility: 'public' });
    const [first, second] = [line.slice(0, 11), line.slice(10)].map((points) => points.map(([x, y]): Fix => [x, y]));
    await importFile(rider, id, gpx(track([first ?? []]), track([second ?? []])));
    const [feature] = await readRoute(await createRider(), id);
    const parts = feature ? partsOf(feature) : [];
    for (const part of parts) expectCut([part], 1);
    expect(parts.flat().filter(([longitude]) => Math.abs(longitude) === 180)).toHaveLength(2);
  });

  test.each(directions)('the stretch of an encounter %s is cut too', async (way) => {
    // Each side is shorter than a stretch here, so that every stretch crosses, wherever the two meet.
    const latitude = way === 'eastward' ? 66 : 70;
    const plan = { visibility: 'discoverable', starts_on: '2027-06-01', daily_distance_m: 20_000 };
    const [anna, ben] = [await createRider(), await createRider()];
    const ids: string[] = [];
    for (const rider of [ben, anna]) {
      const { id } = await createJourney(rider, plan);
      await importPlan(rider, id, gpxOf(inDirection(across(0.9, latitude), way)));
      ids.push(id);
    }
    const { json, status, text } = await anna.get(`/v1/journeys/${ids[1]}/nearby?when=any`);
    expect(status, text).toBe(200);
    const [{ stretch }] = json.items;
    expect(stretch.type).toBe('MultiLineString');
    expectCut(stretch.coordinates, 2);
    expect(await unfitting(['/v1/journeys/{id}/nearby', 'get'], 'application/json', json)).toEqual([]);
  });
});
