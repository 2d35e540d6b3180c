import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  at,
  gpx,
  gpx10,
  gpx11,
  read,
  readAccepted,
  readRefused,
  segment,
  toPlainLines,
  track,
  twoPoints,
} from './gpx.support.ts';

const sample = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a ride -->
<gpx xmlns="${gpx11}" xmlns:tp="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" version="1.1" creator="x">
  <metadata><name>Über die Alpen &amp; weiter 🚲</name><time>2026-06-01T00:00:00Z</time></metadata>
  <wpt lat="46.1" lon="7.1"><ele>1500</ele><time>2026-06-01T08:00:00Z</time>
    <name><![CDATA[Water & <shade>]]></name><cmt>behind the chapel</cmt><desc>Fountain</desc><sym>Flag</sym></wpt>
  <wpt lat="-46.1" lon="180"><desc>same</desc><cmt>same</cmt></wpt>
  <rte><name>
      Plan
    </name><rtept lat="46" lon="7"><name>ignored</name></rtept><rtept lat="46.5" lon="7.5"/></rte>
  <trk>
    <name>Day 1</name><type>Cycling</type>
    <extensions><tp:trkseg><tp:trkpt lat="0" lon="0"/></tp:trkseg></extensions>
    <trkseg>
      <trkpt lat="46.123456789" lon="-7.5"><ele>500.25</ele><time>2026-06-01T10:00:00+02:00</time>
        <extensions><tp:hr>120</tp:hr><trkpt lat="99" lon="0"/></extensions></trkpt>
      <trkpt lat="46.2" lon="-7.4"><time>2026-06-01T08:00:00.250</time></trkpt>
    </trkseg>
    <trkseg><trkpt lat="46.3" lon="7.2"/><trkpt lat="46.4" lon="7.1"/></trkseg>
  </trk>
</gpx>
`;

const sampleLines = [
  {
    kind: 'route',
    name: 'Plan',
    segments: [
      [
        { longitude: 7, latitude: 46 },
        { longitude: 7.5, latitude: 46.5 },
      ],
    ],
  },
  {
    kind: 'track',
    name: 'Day 1',
    segments: [
      [
        { longitude: -7.5, latitude: 46.123456789, elevationM: 500.25, recordedAt: '2026-06-01T08:00:00.000Z' },
        { longitude: -7.4, latitude: 46.2, recordedAt: '2026-06-01T08:00:00.250Z' },
      ],
      [
        { longitude: 7.2, latitude: 46.3 },
        { longitude: 7.1, latitude: 46.4 },
      ],
    ],
  },
];

describe('whole GPX files', () => {
  test.each([1, 2, 3, 5, 64, 65_536])('a GPX file reads the same in chunks of %i bytes', async (chunkBytes) => {
    const reading = await readAccepted(sample, {}, chunkBytes);
    expect(toPlainLines(reading)).toEqual(sampleLines);
    expect(reading).toMatchObject({ name: 'Über die Alpen & weiter 🚲', pointsRead: 6 });
    expect(reading.waypoints).toEqual([
      {
        name: 'Water & <shade>',
        notes: 'Fountain\n\nbehind the chapel',
        longitude: 7.1,
        latitude: 46.1,
        elevationM: 1_500,
        recordedAt: new Date('2026-06-01T08:00:00Z'),
      },
      {
        name: 'Waypoint 2',
        notes: 'same',
        longitude: 180,
        latitude: -46.1,
        elevationM: undefined,
        recordedAt: undefined,
      },
    ]);
    expect(reading.leftOut).toMatchObject([
      { code: 'waypoint_without_name', where: 'waypoint 2', count: 1 },
      { code: 'time_missing', where: 'track 1, segment 2, point 1', count: 2 },
    ]);
  });

  test('a file cut off before its end is refused, tried at every seventh byte [L6]', async () => {
    const end = sample.lastIndexOf('</gpx>') + '</gpx>'.length;
    for (let length = 0; length < end; length += 7) {
      expect(await read(sample.slice(0, length)), `cut at ${length}`).toMatchObject({ ok: false });
    }
  });

  const dialects: [name: string, text: string][] = [
    ['the namespace of GPX 1.0 and the name outside of the metadata', gpx(`<name>N</name>${track(twoPoints)}`, gpx10)],
    ['no namespace', `<gpx><name>N</name>${track(twoPoints)}</gpx>`],
    [
      'a namespace prefix',
      `<g:gpx xmlns:g="${gpx11}"><g:metadata><g:name>N</g:name></g:metadata>${track(twoPoints).replaceAll(/<(\/?)/g, '<$1g:')}</g:gpx>`,
    ],
    ['a namespace that is nearly right', gpx(`<name>N</name>${track(twoPoints)}`, 'HTTPS://topografix.com/gpx/1/1/')],
    ['a namespace of another format', gpx(`<name>N</name>${track(twoPoints)}`, 'urn:x')],
    [
      'elements outside of the namespace of the root',
      gpx(`<name>N</name>${track(twoPoints).replace('<trk>', '<trk xmlns="">')}`),
    ],
    [
      'elements in the right namespace under a root that is nearly right',
      gpx(`<name xmlns="${gpx11}">N</name>${track(twoPoints)}`, 'http://topografix.com/GPX/1/1'),
    ],
    [
      'prefixes that are not declared',
      `<gpx xmlns="${gpx11}" xsi:schemaLocation="x"><name>N</name>${track(
        at('<extensions><gpxtpx:hr>120</gpxtpx:hr><x:trkpt lat="0"/></extensions>'),
        at('<x:ele>7</x:ele>'),
      )}</gpx>`,
    ],
    [
      'an undeclared prefix for all of it',
      `<g:gpx><g:name>N</g:name>${track(twoPoints).replaceAll(/<(\/?)/g, '<$1g:')}</g:gpx>`,
    ],
    ['an empty line before the declaration', `\n <?xml version="1.0"?>${gpx(`<name>N</name>${track(twoPoints)}`)}`],
    ['empty elevations', gpx(`<name>N</name>${track(at('<ele/>'), at('<ele> </ele>'))}`)],
    ['carriage returns', gpx(`<metadata>\r\n<name>N</name>\r\n</metadata>${track(twoPoints)}`)],
    [
      'a processing instruction',
      `<?xml version="1.1"?><?xml-stylesheet href="a.xsl"?>${gpx(`<name>N</name>${track(twoPoints)}`)}`,
    ],
  ];
  test.each(dialects)('a GPX file with %s is read', async (_, text) => {
    expect(await readAccepted(text)).toMatchObject({ name: 'N', pointsRead: 2, leftOut: [] });
  });

  test('an empty line before the declaration does not hide the encoding in it', async () => {
    const text = `\n<?xml version="1.0" encoding="iso-8859-1"?>${gpx(`<name>\u00e9</name>${track(twoPoints)}`)}`;
    const bytes = [...text].map((character) => character.charCodeAt(0));
    expect(await readAccepted(bytes)).toMatchObject({ name: '\u00e9' });
  });

  test('the way between two points of a route that Garmin writes into the first one is part of the line', async () => {
    const garmin = 'http://www.garmin.com/xmlschemas/GpxExtensions/v3';
    const way = '<g:rpt lat="46.1" lon="7.8"><g:Subclass>00</g:Subclass></g:rpt><g:rpt lat="46.3" lon="7.9"/>';
    const extension = `<extensions><g:RoutePointExtension xmlns:g="${garmin}">${way}</g:RoutePointExtension></extensions>`;
    const route = `<rte><rtept lat="46" lon="7"><ele>500</ele>${extension}</rtept><rtept lat="46.5" lon="7.5"/></rte>`;
    const reading = await readAccepted(gpx(route));
    expect([reading.pointsRead, reading.leftOut]).toEqual([4, []]);
    expect(toPlainLines(reading)[0]?.segments).toEqual([
      [
        { longitude: 7, latitude: 46, elevationM: 500 },
        { longitude: 7.8, latitude: 46.1 },
        { longitude: 7.9, latitude: 46.3 },
        { longitude: 7.5, latitude: 46.5 },
      ],
    ]);
    const elsewhere = gpx(track(at(extension), at()));
    expect(await readAccepted(elsewhere)).toMatchObject({ pointsRead: 2, leftOut: [] });
    expect(await readRefused(gpx(route.replace('lat="46.1"', 'lat="46.1x"')))).toContain('(route 1, point 2)');
  });

  test('a waypoint in a track or a route is a waypoint', async () => {
    const waypoint = '<wpt lat="46" lon="7"><name>Hut</name></wpt>';
    const inside = gpx(
      `${track(twoPoints).replace('<trk>', `<trk>${waypoint}`)}<rte>${waypoint}<rtept lat="1" lon="1"/><rtept lat="2" lon="1"/></rte>`,
    );
    const { waypoints, lines, leftOut } = await readAccepted(inside);
    expect([waypoints.map(({ name }) => name), lines.length, leftOut]).toEqual([['Hut', 'Hut'], 2, []]);
  });

  test('a GPX file in UTF-16 is read', async () => {
    const units = [...`\uFEFF${gpx(`<name>é🚲</name>${track(twoPoints)}`)}`].join('');
    const bytes = Array.from({ length: units.length }, (_, index) => units.charCodeAt(index)).flatMap((unit) => [
      unit >> 8,
      unit & 0xff,
    ]);
    expect(await readAccepted(bytes)).toMatchObject({ name: 'é🚲', pointsRead: 2 });
  });
});

describe('reports of what was left out', () => {
  type Row = [code: string, where: string, count: number, why?: RegExp];
  const cases: [name: string, content: string, leftOut: Row[]][] = [
    [
      'elevations that cannot be used',
      `<trk>${segment(...['', 'NaN', '12,5', '-32768', '1e400', '8848', '-430'].map((ele) => at(`<ele>${ele}</ele>`)))}</trk>`,
      [['elevation_unusable', 'track 1, segment 1, point 2', 4]],
    ],
    ['no empty times, where no point has one', track(at('<time/>'), at('<time> </time>')), []],
    [
      'points without a time, or with an empty one, among others',
      track(at('<time/>'), at('<time>2026-01-01T08:00:00Z</time>'), at()),
      [['time_missing', 'track 1, segment 1, point 1', 2]],
    ],
    [
      'a track without segments',
      `<trk><name>x</name></trk>${track(twoPoints)}`,
      [['line_without_segment', 'track 1', 1]],
    ],
    [
      'segments and routes with fewer than two points',
      `<trk>${segment()}${segment(at())}${segment(twoPoints)}</trk><rte><rtept lat="1" lon="2"/></rte>`,
      [['segment_too_short', 'track 1, segment 1', 3]],
    ],
    [
      'the ends of long names',
      `<metadata><name>${'n'.repeat(300)}</name></metadata><trk><name>${'n'.repeat(201)}</name>${segment(twoPoints)}</trk>`,
      [['name_shortened', 'file', 2, /It has 300 characters, and the first 200 are kept\.$/]],
    ],
    [
      'the end of a long description',
      `<wpt lat="1" lon="2"><name>a</name><cmt>${'n'.repeat(5_001)}</cmt></wpt>`,
      [['notes_shortened', 'waypoint 1', 1, /It has 5001 characters, and the first 5000 are kept\.$/]],
    ],
    [
      'the elevation of a waypoint that cannot be used',
      '<wpt lat="1" lon="2"><name>a</name><ele>high</ele><time/></wpt>',
      [['elevation_unusable', 'waypoint 1', 1]],
    ],
    ['no extension of the file', `<extensions><x xmlns="urn:x">1</x></extensions>${track(twoPoints)}`, []],
  ];
  test.each(cases)('the report of a file lists %s', async (_, content, leftOut) => {
    const { leftOut: reported } = await readAccepted(gpx(content));
    expect(reported).toEqual(
      leftOut.map(([code, where, count, why = /./]) => ({ code, where, count, why: expect.stringMatching(why) })),
    );
  });

  test('points that are left out count as read, and their line is not imported', async () => {
    const reading = await readAccepted(gpx(`${track(at())}<rte><rtept lat="1" lon="2"/></rte>${track(twoPoints)}`));
    expect(reading).toMatchObject({
      pointsRead: 4,
      lines: [{ kind: 'track', segments: [{ latitudes: { length: 2 } }] }],
    });
  });

  test('a point keeps its position when its elevation is left out', async () => {
    const [line] = toPlainLines(await readAccepted(gpx(track(at('<ele/>'), at('<ele>5</ele>')))));
    expect(line?.segments[0]).toEqual([
      { longitude: 7.25, latitude: 46.5 },
      { longitude: 7.25, latitude: 46.5, elevationM: 5 },
    ]);
  });

  test('a long name is never cut within a character', async () => {
    const { waypoints } = await readAccepted(gpx(`<wpt lat="1" lon="2"><name>${'n'.repeat(199)}🚲🚲</name></wpt>`));
    expect(waypoints[0]?.name).toBe('n'.repeat(199));
  });

  test('many things of one kind are one entry with their number and the first place', async () => {
    const { leftOut } = await readAccepted(gpx(`${'<trk/>'.repeat(103)}${track(twoPoints)}`));
    expect(leftOut).toMatchObject([{ code: 'line_without_segment', where: 'track 1', count: 103 }]);
  });
});

const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
// Adding 0 turns -0 into 0, since a file does not keep the sign of zero.
const coordinate = (max: number) => fc.double({ min: -max, max, noNaN: true }).map((value) => value + 0);
const isoTime = fc
  .integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2200, 0, 1) })
  .map((ms) => new Date(ms).toISOString());
const filePoint = fc.record(
  {
    // Points at exactly 0, 0 are left out.
    longitude: coordinate(180).filter((longitude) => longitude !== 0),
    latitude: coordinate(90),
    elevationM: fc.double({ min: -1_000, max: 20_000, noNaN: true }).map((value) => value + 0),
    recordedAt: isoTime,
  },
  { requiredKeys: ['longitude', 'latitude'] },
);
const sortTimes = (points: (typeof filePoint extends fc.Arbitrary<infer Point> ? Point : never)[]) => {
  const times = points.flatMap(({ recordedAt }) => recordedAt ?? []).sort();
  return points.map(({ recordedAt, ...point }) => ({
    ...point,
    ...(recordedAt ? { recordedAt: times.shift() ?? '' } : {}),
  }));
};
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() !== '' && text.length <= 200);
const lines = fc.array(
  fc.record({
    kind: fc.constant('track'),
    name,
    segments: fc.array(fc.array(filePoint, { minLength: 2, maxLength: 6 }).map(sortTimes), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  { minLength: 1, maxLength: 3 },
);

test('points, times and names written into a file come back equal with every chunk size [L7]', async () => {
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 1, max: 40 }), async (tracks, chunkBytes) => {
      const text = tracks.map(({ name, segments }) => {
        const body = segments.map((points) =>
          segment(
            ...points.map(({ longitude, latitude, elevationM, recordedAt }) =>
              at(
                (elevationM === undefined ? '' : `<ele>${elevationM}</ele>`) +
                  (recordedAt === undefined ? '' : `<time>${recordedAt}</time>`),
                `lat="${latitude}" lon="${longitude}"`,
              ),
            ),
          ),
        );
        return `<trk><name>${escapeXml(name)}</name>${body.join('')}</trk>`;
      });
      const reading = await readAccepted(gpx(text.join('')), {}, chunkBytes);
      expect(toPlainLines(reading)).toEqual(tracks);
      expect(reading.leftOut.filter(({ code }) => code !== 'time_missing')).toEqual([]);
    }),
  );
});
