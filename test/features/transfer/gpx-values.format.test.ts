import { describe, expect, test } from 'vitest';
import { at, gpx, readAccepted, readRefused, segment, track, twoPoints } from './gpx.support.ts';

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
  ])('the latitude "%s" is refused [L6]', async (text) => {
    expect(await readRefused(gpx(`<wpt lat="${text}" lon="7"/>`))).toMatch(
      /\(waypoint 1\): lat=".*" is no number from -90 to 90/,
    );
  });

  test.each(['lat="1"', 'lon="1"', '', 'LAT="1" LON="1"'])(
    'a waypoint with the attributes <%s> lacks a coordinate and is refused [L6]',
    async (attributes) => {
      expect(await readRefused(gpx(`<wpt ${attributes}/>`))).toMatch(/(lat|lon) is missing/);
    },
  );
});

describe('times in a GPX file [K9]', () => {
  const good: [text: string, utc: string][] = [
    ['2026-06-01T08:00:00Z', '2026-06-01T08:00:00.000Z'],
    ['\n 2026-06-01T08:00:00Z ', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T08:00:00', '2026-06-01T08:00:00.000Z'],
    ['2026-06-01T08:00:00.1', '2026-06-01T08:00:00.100Z'],
    ['2022-11-03T13:58:57.552Z', '2022-11-03T13:58:57.552Z'],
    ['2026-06-01T08:00:00.123456789-09:30', '2026-06-01T17:30:00.123Z'],
    ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00+14:00', '2024-02-28T10:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['2200-12-31T23:59:59Z', '2200-12-31T23:59:59.000Z'],
  ];
  test.each(good)('the time %s is read', async (text, utc) => {
    const [waypoint] = (await readAccepted(gpx(`<wpt lat="1" lon="2"><time>${text}</time></wpt>`))).waypoints;
    expect(waypoint?.recordedAt?.toISOString()).toBe(utc);
  });

  test.each([
    'yesterday',
    '2026-06-01',
    '2026-06-01 08:00:00Z',
    '01.06.2026 08:00',
    '1780300800',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-06-31T00:00:00Z',
    '2026-06-01T25:00:00Z',
    '2026-06-01T24:00:01Z',
    '2026-06-01T08:60:00Z',
    '2026-06-01T08:00:60Z',
    '2026-06-01T08:00:61Z',
    '2026-06-01T08:00:00+15:00',
    '2026-06-01T08:00:00+1:00',
    '2026-06-01T08:00Z',
    '0099-06-01T08:00:00Z',
    '1969-12-31T23:59:59Z',
    '2201-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    '-2026-06-01T08:00:00Z',
  ])('the time %s is refused [L6]', async (text) => {
    expect(await readRefused(gpx(track(at(), at(`<time>${text}</time>`))))).toMatch(
      /\(track 1, segment 1, point 2\): ".*" is not a time/,
    );
  });

  test('a time may equal the one before it, and may be earlier in the next segment', async () => {
    const [late, early] = [at('<time>2026-01-01T10:00:00Z</time>'), at('<time>2026-01-01T09:00:00Z</time>')];
    const reading = await readAccepted(gpx(`<trk>${segment(late, late)}${segment(early, early)}</trk>`));
    expect(reading).toMatchObject({ pointsRead: 4, leftOut: [] });
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
