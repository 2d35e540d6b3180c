import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexesOutOfOrder } from '../../../src/features/transfer/formats/times.ts';
import { at, gpx, readAccepted, readRefused, segment, toPlainLines, track, twoPoints } from './gpx.support.ts';

describe('positions in a GPX file [K7]', () => {
  const good: [text: string, value: number][] = [
    ['46', 46],
    ['-0', 0],
    ['+7.5', 7.5],
    ['.5', 0.5],
    ['5.', 5],
    ['007', 7],
    ['1e1', 10],
    ['-2.5E-7', -2.5e-7],
    [' 46.5\t', 46.5],
    ['41.332900000000002', 41.3329],
    ['1e-400', 0],
    ['90', 90],
    ['-90', -90],
  ];
  test.each(good)('the latitude "%s" is read as a number', async (text, value) => {
    const [waypoint] = (await readAccepted(gpx(`<wpt lat="${text}" lon="-180"/>`))).waypoints;
    expect(waypoint).toMatchObject({ latitude: value, longitude: -180 });
  });

  test.each([
    '',
    ' ',
    '0x10',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e400',
    '90.0000001',
    '-91',
    '46,5',
    '46.5N',
    '4 6',
    '1_0',
    '--1',
    '1e',
    '.',
    '٤٦',
    `${'9'.repeat(400)}`,
  ])('a point with the latitude "%s" is refused, and a waypoint is left out [L6]', async (text) => {
    const position = `lat="${text}" lon="7"`;
    expect(await readRefused(gpx(track(at(), at('', position))))).toMatch(
      /\(track 1, segment 1, point 2\): lat=".*" is no number from -90 to 90/,
    );
    const { waypoints, leftOut } = await readAccepted(gpx(`<wpt ${position}/><wpt lat="1" lon="2"/>`));
    expect(waypoints).toMatchObject([{ name: 'Waypoint 2' }]);
    expect(leftOut[0]).toMatchObject({ code: 'waypoint_without_position', where: 'waypoint 1', count: 1 });
  });

  const wrapped: [text: string, longitude: number][] = [
    ['180', 180],
    ['-180.096', 179.904],
    ['181', -179],
    ['379.5', 19.5],
    ['-540', -180],
  ];
  test.each(wrapped)('the longitude "%s" is that of the same meridian', async (text, longitude) => {
    const [waypoint] = (await readAccepted(gpx(`<wpt lat="1" lon="${text}"/>`))).waypoints;
    expect(waypoint?.longitude).toBe(longitude);
  });

  test.each(['540.1', '-1e9', '16,5'])('a point with the longitude "%s" is refused [L6]', async (text) => {
    expect(await readRefused(gpx(track(at(), at('', `lat="1" lon="${text}"`))))).toMatch(/lon=".*" is no number/);
  });

  test.each(['lat="1"', 'lon="1"'])('a point with only %s is refused [L6]', async (attributes) => {
    expect(await readRefused(gpx(track(at(), at('', attributes))))).toMatch(/(lat|lon) is missing/);
  });

  test.each([
    '',
    'LAT="1" LON="1"',
    'lat="" lon=""',
    'lat="NaN" lon="NaN"',
    'lat="91" lon="181"',
    'lat="180" lon="180"',
    'lat="100" lon="0"',
    'lat="200.0" lon="0.0"',
  ])('a point with the attributes <%s> has no position and is left out', async (attributes) => {
    const { lines, pointsRead, leftOut } = await readAccepted(gpx(track(at(), at('', attributes), at())));
    expect([lines[0]?.segments[0]?.longitudes.length, pointsRead]).toEqual([2, 3]);
    expect(leftOut).toMatchObject([{ code: 'point_without_position', where: 'track 1, segment 1, point 2', count: 1 }]);
  });
});

describe('times in a GPX file [K9]', () => {
  const good: [text: string, utc: string, offsetMinutes?: number][] = [
    ['2026-06-01T08:00:00Z', '2026-06-01T08:00:00.000Z'],
    ['\n 2026-06-01T08:00:00Z ', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T08:00:00', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T08:00:00.1', '2026-06-01T08:00:00.100Z'],
    ['2022-11-03T13:58:57.552Z', '2022-11-03T13:58:57.552Z'],
    ['2026-06-01T08:00:00.123456789-09:30', '2026-06-01T17:30:00.123Z', -570],
    ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00+14:00', '2024-02-28T10:00:00.000Z', 840],
    ['1970-01-02T00:00:00Z', '1970-01-02T00:00:00.000Z'],
    ['2199-12-31T23:59:59Z', '2199-12-31T23:59:59.000Z'],
    ['2026-06-01 08:00:00', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01  08:00:00 Z', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01t08:00:00z', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T08:00:00+0200', '2026-06-01T06:00:00.000Z', 120],
    ['2026-06-01T08:00:00+02', '2026-06-01T06:00:00.000Z', 120],
    ['2026-06-01T08:00:00+2:00', '2026-06-01T06:00:00.000Z', 120],
    ['2026-06-01 08:00:00 -02:30', '2026-06-01T10:30:00.000Z', -150],
    ['2026-06-01T08:00:00−02:00', '2026-06-01T10:00:00.000Z', -120],
    ['2026-06-01T08:00:00+00:00', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01 08:00:00 UTC', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T08:00:00,5Z', '2026-06-01T08:00:00.500Z'],
    ['2026-06-01T08:00Z', '2026-06-01T08:00:00.000Z'],
    ['2026/6/1 8:00', '2026-06-01T08:00:00.000Z'],
    ['20260601T080000Z', '2026-06-01T08:00:00.000Z'],
  ];
  test.each(good)('the time %j is read', async (text, utc, offsetMinutes = Number.NaN) => {
    const time = `<time>${text}</time>`;
    const { waypoints, lines, leftOut } = await readAccepted(
      gpx(`<wpt lat="1" lon="2"><name>a</name>${time}</wpt>${track(at(time), at(time))}`),
    );
    expect(waypoints[0]?.recordedAt?.toISOString()).toBe(utc);
    expect(lines[0]?.segments[0]?.offsetsMinutes[1]).toBe(offsetMinutes);
    expect(leftOut).toEqual([]);
  });

  const bad: [code: string, texts: string[]][] = [
    [
      'time_unreadable',
      [
        'yesterday',
        'null',
        '2026-06-01',
        '2026-06-01T',
        '01.06.2026 08:00',
        '06/01/2026 08:00',
        '1780300800',
        '2026-06-01T08:00:00+15:00',
        '2026-06-01T08:00:00+01:60',
        '+275760-09-13T00:00:00Z',
        '-2026-06-01T08:00:00Z',
        `2026-06-01${' '.repeat(100)}08:00`,
      ],
    ],
    [
      'time_impossible',
      [
        '2026-13-01T00:00:00Z',
        '2026-00-01T00:00:00Z',
        '2026-06-00T00:00:00Z',
        '2025-02-29T00:00:00Z',
        '2026-06-31T00:00:00Z',
        '2026-06-01T25:00:00Z',
        '2026-06-01T24:00:01Z',
        '2026-06-01T08:60:00Z',
        '2026-06-01T08:00:60Z',
        '2026-06-01T08:00:61Z',
        '0000-01-01T08:00:00Z',
        '0099-06-01T08:00:00Z',
        '1901-06-01T08:00:00Z',
        '1969-12-31T23:59:59Z',
        '1970-01-01T00:00:00Z',
        '1980-01-06T00:00:03Z',
        '1989-12-31T01:00:00Z',
        '2200-01-01T00:00:01Z',
        '9999-12-31T23:59:59Z',
      ],
    ],
  ];
  test.each(bad.flatMap(([code, texts]) => texts.map((text) => [code, text] as const)))(
    'the receipt says %s of the time %j, and the line and the waypoint stay',
    async (code, text) => {
      const time = `<time>${text}</time>`;
      const reading = await readAccepted(
        gpx(`${track(at(), at(time), at(time))}<wpt lat="1" lon="2"><name>a</name>${time}</wpt>`),
      );
      expect(toPlainLines(reading)[0]?.segments[0]).toHaveLength(3);
      expect(reading.waypoints).toMatchObject([{ name: 'a', recordedAt: undefined }]);
      expect(reading.leftOut).toEqual([
        {
          code,
          where: 'track 1, segment 1, point 2',
          count: 3,
          why: expect.stringContaining(`Found: "${text.slice(0, 40)}`),
        },
      ]);
    },
  );

  test('a time may equal the one before it, and may be earlier in the next segment', async () => {
    const [late, early] = [at('<time>2026-01-01T10:00:00Z</time>'), at('<time>2026-01-01T09:00:00Z</time>')];
    const reading = await readAccepted(gpx(`<trk>${segment(late, late)}${segment(early, early)}</trk>`));
    expect(reading).toMatchObject({ pointsRead: 4, leftOut: [] });
  });

  const orders: [hours: string, places: number[]][] = [
    ['08 09 07 10', [3]],
    ['08 23 09 10 11', [2]],
    ['07 08 03 04 09', [3, 4]],
    ['09 08', [2]],
    ['08 08 07 08', [3]],
    ['23 01 02 22 03 04 04 21', [1, 4]],
  ];
  test.each(orders)('of the hours %s as few as possible are left out: points %j', async (hours, places) => {
    const points = hours.split(' ').map((hour) => at(`<time>2026-01-01T${hour}:00:00Z</time>`));
    const reading = await readAccepted(gpx(track(...points)));
    const untimed = toPlainLines(reading)[0]?.segments[0]?.flatMap(({ recordedAt }, index) =>
      recordedAt ? [] : [index + 1],
    );
    expect(untimed).toEqual(places);
    expect(reading.leftOut).toMatchObject([
      { code: 'time_out_of_order', where: `track 1, segment 1, point ${places[0]}`, count: places.length },
    ]);
  });

  test('the rest of times in any order never goes back, and no time more could stay', async () => {
    await fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 9 }), (hours) => {
        const left = new Set(indexesOutOfOrder(Float64Array.from(hours)));
        const rest = hours.filter((_, index) => !left.has(index));
        expect(rest).toEqual(rest.toSorted((a, b) => a - b));
        const subsets = Array.from({ length: 2 ** hours.length }, (_, mask) =>
          hours.filter((_, index) => mask & (1 << index)),
        );
        const ordered = subsets.filter((some) =>
          some.every((hour, index) => index === 0 || hour >= (some[index - 1] ?? 0)),
        );
        expect(rest).toHaveLength(Math.max(...ordered.map(({ length }) => length)));
      }),
    );
  });
});

describe('texts in a GPX file [L8]', () => {
  const texts: [name: string, written: string, text: string][] = [
    ['markup in CDATA', '<![CDATA[<script>alert(1)</script>]]>', '<script>alert(1)</script>'],
    ['markup by references', '&lt;script&gt;&quot;&apos;&#60;', `<script>"'<`],
    ['the end of CDATA', ']]&gt;<![CDATA[]]]]><![CDATA[>]]>', ']]>]]>'],
    ['a reference within a reference', '&amp;lt;', '&lt;'],
    ['spaces around and within it', '  two  spaces ', '  two  spaces '],
    ['indentation, which is removed', '\n\t  two\n  lines \n  ', 'two\n  lines'],
    ['text around an element, which is removed', 'a<b>c</b>d', 'ad'],
    ['right-to-left overrides, joiners and combining marks', '\u202Eabc\u200D e\u0301', '\u202Eabc\u200D e\u0301'],
    ['the name of a JavaScript property', '__proto__', '__proto__'],
  ];
  test.each(texts)('a text with %s is read as plain data', async (_, written, text) => {
    const { waypoints } = await readAccepted(
      gpx(`<wpt lat="1" lon="2"><name>${written}</name><desc>${written}</desc></wpt>`),
    );
    expect(waypoints[0]).toMatchObject({ name: text, notes: text });
  });

  test('elements named like members of objects are skipped', async () => {
    const strange = '<constructor/><__proto__><trkpt lat="x"/></__proto__><toString>1</toString>';
    expect(await readAccepted(`<gpx>${strange}${track(twoPoints)}</gpx>`)).toMatchObject({
      pointsRead: 2,
      leftOut: [],
    });
  });

  test.each(['<name/>', '<name> \n </name>', ''])('a waypoint with the name "%s" gets a default name', async (name) => {
    const { waypoints } = await readAccepted(gpx(`<wpt lat="1" lon="2">${name}</wpt>`));
    expect(waypoints[0]?.name).toBe('Waypoint 1');
  });
});
