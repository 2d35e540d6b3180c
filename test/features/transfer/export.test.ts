import { neonConfig } from '@neondatabase/serverless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { takeLogLines } from '../../support/watch-logs.ts';
import { type Coordinates, type Fix, gpx, importFile, type Kind, parallel, track, waypoint } from '../tracks/lines.ts';
import { unfitting } from '../tracks/schema.ts';

type Exported = {
  name: string;
  features: {
    id: string;
    geometry: { type: string; coordinates: Coordinates[] };
    properties: { kind: string; name: string | null; coordTimes?: (string | null)[][] | null; notes?: string };
  }[];
};

const exportOf = (id: string, format: 'gpx' | 'geojson', include = '') =>
  `/v1/journeys/${id}/export.${format}${include && `?include=${include}`}`;

async function readGpxFile(rider: Rider, id: string, include = ''): Promise<string> {
  const { status, text } = await rider.get(exportOf(id, 'gpx', include));
  if (status !== 200) throw new Error(`not exported: ${text}`);
  return text;
}

async function readGeoJson(rider: Rider, id: string, include = ''): Promise<Exported> {
  const { status, json, text } = await rider.get(exportOf(id, 'geojson', include));
  if (status !== 200) throw new Error(`not exported: ${text}`);
  return json;
}

const markersOf = (id: string) => `/v1/journeys/${id}/markers`;
const at = (minute: number): string => new Date(Date.UTC(2026, 5, 1, 8, minute)).toISOString();

async function createJourneyOf(fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  return { rider, id: (await createJourney(rider, fields)).id };
}

describe('a file', () => {
  test('an exported GPX file has waypoints, then tracks, each with the parts of the journey', async () => {
    const { rider, id } = await createJourneyOf({ name: 'Zürich <-> "Wien" & weiter' });
    const [first, second]: Fix[][] = [
      [
        [16.1234567, 48.5, 150.25, at(0)],
        [16.2, 48.6, 151, '2026-06-01T08:01:00.250Z'],
      ],
      [
        [180, -0.0000004, 1, at(2)],
        [-179.5, 0.0000005, 2, at(3)],
      ],
    ];
    await importFile(rider, id, gpx(track([first ?? [], second ?? []], 'Day 1')), 'past');
    await importFile(
      rider,
      id,
      gpx(
        track(
          [
            [
              [10, 50],
              [11, 51],
            ],
          ],
          'Way',
        ),
        waypoint([10.5, 50.5, 80], 'Camp'),
      ),
    );
    const { headers, text } = await rider.get(exportOf(id, 'gpx'));
    expect(headers.get('Content-Type')).toBe('application/gpx+xml');
    expect(headers.get('Content-Disposition')).toBe(
      `attachment; filename="Zurich _-_ _Wien_ & weiter.gpx"; filename*=UTF-8''Z%C3%BCrich%20_-_%20_Wien_%20%26%20weiter.gpx`,
    );
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Kairos" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Zürich &lt;-&gt; "Wien" &amp; weiter</name></metadata>
<wpt lat="50.5" lon="10.5"><ele>80</ele><name>Camp</name><type>plan</type></wpt>
<trk><name>Way</name><type>plan</type>
<trkseg>
<trkpt lat="50" lon="10"></trkpt>
<trkpt lat="51" lon="11"></trkpt>
</trkseg>
</trk>
<trk><name>Day 1</name><type>past</type>
<trkseg>
<trkpt lat="48.5" lon="16.1234567"><ele>150.25</ele><time>2026-06-01T08:00:00Z</time></trkpt>
<trkpt lat="48.6" lon="16.2"><ele>151</ele><time>2026-06-01T08:01:00.250Z</time></trkpt>
</trkseg>
<trkseg>
<trkpt lat="-0.0000004" lon="-180"><ele>1</ele><time>2026-06-01T08:02:00Z</time></trkpt>
<trkpt lat="0.0000005" lon="-179.5"><ele>2</ele><time>2026-06-01T08:03:00Z</time></trkpt>
</trkseg>
</trk>
</gpx>
`);
  });

  test('an exported GeoJSON file has a feature for each marker and line, with times in the nesting of the points', async () => {
    const { rider, id } = await createJourneyOf({ name: 'Over the line' });
    const fixes: Fix[] = [
      [179, 10, 100, at(0)],
      [-179, 12, 300, at(1)],
    ];
    await importFile(
      rider,
      id,
      gpx(
        track(
          [
            fixes,
            [
              [1, 2, 3, at(2)],
              [2, 3, 4, at(3)],
            ],
          ],
          'Ride',
        ),
      ),
      'past',
    );
    const marker = { name: 'Camp', notes: 'by the lake', marker_type: 'plan', estimated_time: '2027-06-01T08:00:00Z' };
    await rider.post(markersOf(id), { ...marker, coordinates: { type: 'Point', coordinates: [10, 50] } });
    const { headers, json } = await rider.get(exportOf(id, 'geojson'));
    expect(headers.get('Content-Type')).toBe('application/geo+json');
    expect(headers.get('Content-Disposition')).toContain('filename="Over the line.geojson"');
    const anyId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(json).toEqual({
      type: 'FeatureCollection',
      name: 'Over the line',
      features: [
        {
          type: 'Feature',
          id: anyId,
          geometry: { type: 'Point', coordinates: [10, 50] },
          properties: { kind: 'marker', ...marker, timestamp: null },
        },
        {
          type: 'Feature',
          id: anyId,
          geometry: {
            type: 'MultiLineString',
            coordinates: [
              [
                [179, 10, 100],
                [180, 11, 200],
              ],
              [
                [-180, 11, 200],
                [-179, 12, 300],
              ],
              [
                [1, 2, 3],
                [2, 3, 4],
              ],
            ],
          },
          properties: {
            kind: 'past',
            name: 'Ride',
            coordTimes: [
              ['2026-06-01T08:00:00Z', null],
              [null, '2026-06-01T08:01:00Z'],
              ['2026-06-01T08:02:00Z', '2026-06-01T08:03:00Z'],
            ],
          },
        },
      ],
    });
    expect(await unfitting(['/v1/journeys/{id}/export.geojson', 'get'], 'application/geo+json', json)).toEqual([]);
  });

  test.each([
    ['', ['marker', 'plan', 'past']],
    ['plan', ['plan']],
    ['rides', ['past']],
    ['markers', ['marker']],
    ['markers,plan,markers', ['marker', 'plan']],
  ])('a file with include=%s has the parts %j', async (include, kinds) => {
    const { rider, id } = await createJourneyOf();
    for (const kind of ['past', 'plan'] as const)
      await importFile(rider, id, gpx(track([parallel(3, [10, 50])])), kind);
    const place = { type: 'Point', coordinates: [10, 50] };
    await rider.post(markersOf(id), { name: 'Camp', marker_type: 'past', coordinates: place });
    const { features } = await readGeoJson(rider, id, include);
    expect(features.map(({ properties }) => properties.kind)).toEqual(kinds);
    const file = await readGpxFile(rider, id, include);
    expect([...file.matchAll(/<(wpt|trk)\b/g)].map(([, tag]) => tag)).toEqual(
      kinds.map((kind) => (kind === 'marker' ? 'wpt' : 'trk')),
    );
  });

  test.each(['', 'plans', 'plan,', ',plan', 'plan, rides', 'plan;rides'])(
    'an include of %j is refused',
    async (include) => {
      const { rider, id } = await createJourneyOf();
      const { status, json } = await rider.get(`/v1/journeys/${id}/export.gpx?include=${encodeURIComponent(include)}`);
      expect([status, json.errors?.[0]?.path]).toEqual([422, 'include']);
    },
  );

  test('the file of a journey without anything is valid and empty', async () => {
    const { rider, id } = await createJourneyOf({ name: 'Empty' });
    expect((await readGeoJson(rider, id)).features).toEqual([]);
    expect(await readGpxFile(rider, id)).toMatch(/<metadata><name>Empty<\/name><\/metadata>\n<\/gpx>\n$/);
  });

  test('the markers and lines of several round trips are all in the file, in order', async () => {
    const { rider, id } = await createJourneyOf();
    const place = { type: 'Point', coordinates: [10, 50] };
    const names = Array.from({ length: 620 }, (_, n) => `Marker ${String(n).padStart(3, '0')}`);
    const markers = names.map((name, n) => ({ name, marker_type: 'past', coordinates: place, timestamp: at(n) }));
    for (const from of [0, 310])
      await rider.post(`${markersOf(id)}/batch`, { markers: markers.slice(from, from + 310) });
    const lines = Array.from({ length: 5 }, (_, n) => parallel(30_000, [10 + n, 50], 0.00003));
    await importFile(rider, id, gpx(...lines.map((line, n) => track([line], `Line ${n}`))), 'past');
    const { features } = await readGeoJson(rider, id);
    expect(features.map(({ properties }) => properties.name)).toEqual([...names, ...lines.map((_, n) => `Line ${n}`)]);
    expect(features.slice(-5).map(({ geometry }) => geometry.coordinates)).toEqual(lines.map((line) => [line]));
  });

  /** The database does not answer the query for the points of lines. */
  const failLines = () => {
    neonConfig.fetchFunction = (url: string, init: RequestInit) => {
      if (String(init.body).includes('array_send')) throw new Error('the database is away');
      return fetch(url, init);
    };
  };

  test('a file whose beginning cannot be read is answered with 503', async () => {
    const { rider, id } = await createJourneyOf();
    await importFile(rider, id, gpx(track([parallel(3, [10, 50])])));
    failLines();
    for (const format of ['gpx', 'geojson'] as const) {
      const { status, headers, json } = await rider.get(exportOf(id, format));
      expect([status, json.code]).toEqual([503, 'unavailable']);
      expect(headers.get('Content-Disposition')).toBeNull();
    }
  });

  test('a file breaks off where the database fails, so that no client takes its beginning for the whole', async () => {
    const { rider, id } = await createJourneyOf();
    await importFile(rider, id, gpx(track([parallel(3, [10, 50])])));
    const place = { type: 'Point', coordinates: [10, 50] };
    const marker = { name: 'Camp', notes: 'by the lake '.repeat(30), marker_type: 'past', coordinates: place };
    await rider.post(`${markersOf(id)}/batch`, { markers: Array.from({ length: 300 }, () => marker) });
    takeLogLines();
    failLines();
    await expect(rider.get(exportOf(id, 'gpx'))).rejects.toThrow();
    expect(takeLogLines().join()).toContain('"event":"download"');
  });
});

/** A text that may hold anything but a NUL. It neither begins nor ends with white space, which readers may cut off. */
const oddText = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: 'binary', maxLength }),
      fc.string({ unit: 'grapheme', maxLength }),
      fc.constantFrom(']]>', '<b>&amp;</b>', 'a\r\nb\rc\td', '\u0001\u000b\u001f\ufffe\uffff', '\u0085\u2028', '🚲'),
    )
    .map((text) => `x${text.replaceAll('\0', '')}y`);

/** The characters of XML 1.0 (section 2.2). */
const isWritable = (character: string): boolean =>
  /^[\t\n\r]$/.test(character) || (character >= ' ' && !/^[\ufffe\uffff]$/.test(character));
const writableOf = (text: string): string => [...text].filter(isWritable).join('');

const step = fc.double({ min: -0.3, max: 0.3, noNaN: true });
/** A longitude within -180..180. The antimeridian itself is two longitudes, of which GPX has only one. */
const wrapped = (longitude: number): number => {
  const within = ((((longitude + 180) % 360) + 360) % 360) - 180;
  return Math.abs(within) > 179.999999 ? 179.99 : within;
};

type MadeUpPoint = { longitude: number; latitude: number; elevationM: number | undefined; time: string | undefined };

/**
 * A walk in parts, with elevations and times at some of its points. It is far from 0, 0, where an import takes points for
 * those of a receiver without a position.
 */
const madeUpLine = fc
  .record({
    name: fc.option(oddText(60).map(writableOf), { nil: undefined }),
    from: fc.tuple(
      fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(179.9, -179.9)),
      fc.oneof(fc.integer({ min: -75, max: -10 }), fc.integer({ min: 10, max: 75 })),
    ),
    parts: fc.array(
      fc.array(
        fc.record({
          east: step,
          north: step,
          elevationM: fc.option(
            fc.oneof(fc.double({ min: -400, max: 8_000, noNaN: true }), fc.integer({ min: 0, max: 900 })),
            { nil: undefined },
          ),
          afterMs: fc.option(fc.integer({ min: 0, max: 9_000_000 }), { nil: undefined }),
        }),
        { minLength: 2, maxLength: 6 },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    hasElevations: fc.boolean(),
    hasTimes: fc.boolean(),
  })
  .map(({ name, from, parts, hasElevations, hasTimes }) => {
    let [longitude, latitude, ms]: [number, number, number] = [...from, Date.UTC(2020, 0, 1)];
    const segments = parts.map((steps) =>
      steps.map(({ east, north, elevationM, afterMs }): MadeUpPoint => {
        [longitude, latitude] = [wrapped(longitude + east), latitude + north];
        ms += afterMs ?? 0;
        const time = hasTimes && afterMs !== undefined ? new Date(ms).toISOString() : undefined;
        return { longitude, latitude, elevationM: hasElevations ? elevationM : undefined, time };
      }),
    );
    return { name, segments };
  });

const madeUpMarker = fc.record({
  name: oddText(60),
  notes: fc.oneof(fc.constant(''), oddText(300)),
  coordinates: fc.tuple(fc.double({ min: 1, max: 179, noNaN: true }), fc.double({ min: -89, max: 89, noNaN: true })),
  ms: fc.option(fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2025, 0, 1) }), { nil: undefined }),
});

const madeUpJourney = fc.record({
  name: oddText(60).filter((name) => !/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(name)),
  kind: fc.constantFrom<Kind>('plan', 'past'),
  lines: fc.array(madeUpLine, { maxLength: 4 }),
  markers: fc.array(madeUpMarker, { maxLength: 4 }),
});
type MadeUp = typeof madeUpJourney extends fc.Arbitrary<infer T> ? T : never;

const escaped = (text: string): string => text.replaceAll(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`);

const writePoint = ({ longitude, latitude, elevationM, time }: MadeUpPoint): string =>
  `<trkpt lat="${latitude}" lon="${longitude}">${elevationM === undefined ? '' : `<ele>${elevationM}</ele>`}${
    time === undefined ? '' : `<time>${time}</time>`
  }</trkpt>`;

const writeLine = ({ name, segments }: MadeUp['lines'][number]): string =>
  `<trk>${name === undefined ? '' : `<name>${escaped(name)}</name>`}${segments
    .map((points) => `<trkseg>${points.map(writePoint).join('')}</trkseg>`)
    .join('')}</trk>`;

async function createMadeUp(rider: Rider, { name, kind, lines, markers }: MadeUp): Promise<string> {
  const { id } = await createJourney(rider, { name });
  const tracks = lines.map(writeLine);
  if (lines.length > 0) await importFile(rider, id, gpx(...tracks), kind);
  for (const { ms, coordinates, ...fields } of markers) {
    const time = ms === undefined ? null : new Date(ms).toISOString();
    const place = { coordinates: { type: 'Point', coordinates }, marker_type: kind };
    const { status, text } = await rider.post(markersOf(id), { ...fields, ...place, [timeOf[kind]]: time });
    expect(status, text).toBe(201);
  }
  return id;
}

const timeOf = { past: 'timestamp', plan: 'estimated_time' } as const;
const digits = 7;

/** What the file must say of each line at least. Where a file lacks a value for some points, the import has filled it in. */
function expectLines({ kind, lines }: MadeUp, { features }: Exported): void {
  const exported = features.filter(({ properties }) => properties.kind !== 'marker');
  expect(exported.map(({ properties }) => properties.name)).toEqual(lines.map(({ name }) => name ?? null));
  for (const [index, { segments }] of lines.entries()) {
    const { geometry, properties } = exported[index] ?? { geometry: { coordinates: [] } };
    const times = properties?.coordTimes?.flat();
    const points = geometry.coordinates.flat();
    const isOnCut = (n: number) => Math.abs(points[n]?.[0] ?? 0) === 180;
    const kept = points.map((point, n) => ({ point, time: times?.[n] })).filter((_, n) => !isOnCut(n));
    const fixes = segments.flat();
    expect(kept).toHaveLength(fixes.length);
    const isTimed = kind === 'past' && fixes.some(({ time }) => time !== undefined);
    expect(properties?.coordTimes !== null).toBe(isTimed);
    for (const [n, { longitude, latitude, elevationM, time }] of fixes.entries()) {
      const one = kept[n];
      expect(one?.point[0]).toBeCloseTo(longitude, digits);
      expect(one?.point[1]).toBeCloseTo(latitude, digits);
      if (elevationM !== undefined) expect(one?.point[2]).toBeCloseTo(elevationM, digits);
      if (isTimed && time !== undefined) expect(new Date(one?.time ?? '').toISOString()).toBe(time);
    }
  }
}

/** The file without what an import makes anew or leaves out, as docs/files.md says. */
const importable = ({ features }: Exported) =>
  features.map(({ geometry, properties: { name, notes, ...rest } }) => ({
    geometry,
    properties: {
      ...rest,
      name: name && writableOf(name),
      ...(notes !== undefined && { notes: writableOf(notes), estimated_time: null }),
    },
  }));

describe('an export and an import', () => {
  test('a made-up journey comes back from its GPX file and from its GeoJSON file as it was [L7]', async () => {
    await fc.assert(
      fc.asyncProperty(madeUpJourney, async (journey) => {
        const rider = await createRider();
        const id = await createMadeUp(rider, journey);
        const before = await readGeoJson(rider, id);
        expect(before.name).toBe(journey.name.trim());
        expectLines(journey, before);
        const files = [
          await readGpxFile(rider, id, journey.kind === 'plan' ? 'plan,markers' : 'rides,markers'),
          JSON.stringify(before),
        ];
        if (before.features.length === 0) return;
        const sorted = (exported: Exported) => importable(exported).toSorted(byText);
        for (const file of files) {
          const copy = await createJourney(rider);
          const receipt = await importFile(rider, copy.id, file, journey.kind);
          expect(receipt.left_out).toEqual([]);
          expect(sorted(await readGeoJson(rider, copy.id))).toEqual(sorted(before));
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
