import { describe, expect, test } from 'vitest';
import { createJourney, createRider } from '../../support/factories.ts';
import { asGpx, countsOf, gpx, importFile, importsOf, parallel, track, waypoint } from '../tracks/lines.ts';
import { bytesOf, utf16le } from './gpx.support.ts';

const good = gpx(track([parallel(9, [16, 48])]), waypoint([16, 48]));
const nothing = { tracks: 0, markers: 0, presence: 0 };

async function createJourneyOfMine() {
  const rider = await createRider();
  return { rider, id: (await createJourney(rider, { visibility: 'discoverable' })).id };
}

/** Everything that was right of the file comes before what is wrong. */
const broken = (content: string) => gpx(waypoint([1, 2]), track([parallel(20, [16, 48])]), content);
const points = (...middle: string[]) =>
  broken(`<trk><trkseg><trkpt lat="1" lon="1"/>\n<trkpt lat="1.1" lon="1"/>${middle.join('')}</trkseg></trk>`);
const timed = (time: string) => `<trkpt lat="1" lon="1"><time>${time}</time></trkpt>`;
const doctype = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
const body = '<trk><name>&b;</name><trkseg><trkpt lat="1" lon="1"/><trkpt lat="2" lon="1"/></trkseg></trk>';
const root = `<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">${body}</gpx>`;

const notUtf8 = [...bytesOf(good.replace('</gpx>', '<name>caf')), 0xe9, ...bytesOf('</name></gpx>')];

const inTrack = /^line \d+, column \d+ \(track 2, segment 1, point 3\)$/;
const inFile = /^line \d+, column \d+/;

const refused: [name: string, content: string | number[], where: RegExp, why: RegExp][] = [
  ['L1: with entities', doctype + root, inFile, /document type declaration/],
  ['L1: with entities after the declaration', `<?xml version="1.0"?>\n${doctype}${root}`, inFile, /document type/],
  ['L1: with entities after a comment', `<!-- x -->${doctype}${root}`, inFile, /document type declaration/],
  ['L1: with entities after a mark', `\uFEFF${doctype}${root}`, inFile, /document type declaration/],
  ['L1: with entities in UTF-16', utf16le(doctype + root), inFile, /document type declaration/],
  ['L1: naming a file', `<!DOCTYPE gpx SYSTEM "file:///etc/passwd">${root}`, inFile, /document type declaration/],
  [
    'L1: with a parameter entity',
    `<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://x.test/">%x;]>${root}`,
    inFile,
    /document/,
  ],
  ['L1: with an undeclared entity', root, inFile, /undefined entity/],
  ['L4: that is HTML', '<!doctype html>\n<title>Sign in</title>', inFile, /an HTML page/],
  [
    'L4: that is SVG',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    inFile,
    /an SVG image/,
  ],
  ['L4: that is PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], /./, /a PNG image/],
  ['L4: that is KML', '<kml xmlns="http://www.opengis.net/kml/2.2"/>', inFile, /a KML file/],
  ['L4: that is GeoJSON', '{"type":"FeatureCollection","features":[]}', inFile, /JSON/],
  ['L3: that is a zip', [0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0], /./, /a zip archive/],
  ['L6: of no bytes', '', /./, /the file is empty/],
  ['L6: with nothing in it', gpx(), /^file$/, /no waypoint, and no track or route of two points/],
  ['L6: cut off', good.slice(0, -30), inFile, /./],
  ['L6: cut off in a tag', points().slice(0, points().lastIndexOf('<trkpt') + 9), inFile, /./],
  ['L6: with a tag unclosed', points('<trkpt lat="1" lon="1">'), inFile, /unexpected close tag/],
  ['L6: of another root', '<osm version="0.6"/>', inFile, /the root element is <osm>, not <gpx>/],
  ['L6: of another namespace', good.replace('GPX/1/1', 'GPX/9/9'), inFile, /the namespace/],
  ['L6: not in the encoding it has', notUtf8, /^byte \d+/, /./],
  ['L6: naming an unknown encoding', `<?xml version="1.0" encoding="x-none"?>${root}`, /./, /encoding/],
  ['L6: with a latitude that is none', points('<trkpt lat="NaN" lon="1"/>'), inTrack, /^lat="NaN" is no number/],
  ['L6: with an infinite longitude', points('<trkpt lat="1" lon="Infinity"/>'), inTrack, /^lon="Infinity"/],
  ['K7: beyond the pole', points('<trkpt lat="90.0001" lon="1"/>'), inTrack, /from -90 to 90/],
  ['K7: beyond the antimeridian', points('<trkpt lat="1" lon="-180.5"/>'), inTrack, /from -180 to 180/],
  ['L6: without a longitude', points('<trkpt lat="1"/>'), inTrack, /^lon is missing/],
  ['L6: with a decimal comma', points('<trkpt lat="48,2" lon="1"/>'), inTrack, /^lat="48,2"/],
  ['L6: with a time that is none', points(timed('yesterday')), inTrack, /^"yesterday" is no time/],
  ['K9: of the year 0', points(timed('0000-01-01T00:00:00Z')), inTrack, /is no time/],
  [
    'L6: going back in time',
    points(timed('2026-06-01T09:00:00Z'), timed('2026-06-01T08:59:59Z')),
    /point 4\)$/,
    /before/,
  ],
  ['L6: with a wrong waypoint', broken('<wpt lat="91" lon="1"/>'), /\(waypoint 2\)$/, /^lat="91"/],
  ['L6: with a wrong route', broken('<rte><rtept lat="1" lon="x"/></rte>'), /\(route 1, point 1\)$/, /^lon="x"/],
  ['L6: with a point astray', broken('<trk><trkpt lat="1" lon="1"/></trk>'), /\(track 2\)$/, /may not stand in/],
  ['L2: nested too deeply', broken('<a>'.repeat(17) + '</a>'.repeat(17)), inFile, /deeper than 16/],
  ['L2: with a text too long', broken(`<name>${'x'.repeat(100_001)}</name>`), inFile, /longer than 100000/],
];

describe('a file', () => {
  test.each(refused)('%s is refused with the place, and nothing of it is saved', async (_, content, where, why) => {
    const { rider, id } = await createJourneyOfMine();
    await importFile(rider, id, good);
    const before = await countsOf(id);
    const { status, headers, json, text } = await rider.post(importsOf(id), bytesOf(content), asGpx);
    expect(status, text).toBe(422);
    expect(headers.get('Content-Type')).toBe('application/problem+json');
    expect(json).toMatchObject({ code: 'imports.unreadable', detail: 'The file cannot be read; nothing was saved.' });
    expect(json.errors).toEqual([{ path: expect.stringMatching(where), message: expect.stringMatching(why) }]);
    expect(await countsOf(id)).toEqual(before);
  });

  test('L1: is not expanded and fetches nothing: a billion laughs are answered as soon as anything else', async () => {
    const { rider, id } = await createJourneyOfMine();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const laughs = names.map((name, n) => `<!ENTITY ${name} "${n ? `&${names[n - 1]};`.repeat(10) : 'ha'}">`).join('');
    const { status, text } = await rider.post(importsOf(id), `<!DOCTYPE gpx [${laughs}]>${root}`, asGpx);
    expect(status).toBe(422);
    expect(text.length).toBeLessThan(1_000);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test('L6: is refused before anybody is told whether the journey is there', async () => {
    const { rider } = await createJourneyOfMine();
    const answer = await rider.post(importsOf(crypto.randomUUID()), '<gpx', asGpx);
    expect(answer).toMatchObject({ status: 422, json: { code: 'imports.unreadable' } });
  });
});

describe('L3: a compressed file', () => {
  const gzipped = async (text: string) =>
    new Uint8Array(
      await new Response(new Response(text).body?.pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    );

  test('with the label of one that is not is refused by its name', async () => {
    const { rider, id } = await createJourneyOfMine();
    const { status, json } = await rider.post(importsOf(id), await gzipped(good), asGpx);
    expect([status, json.errors]).toEqual([
      422,
      [expect.objectContaining({ message: 'this seems to be a gzip archive' })],
    ]);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test.each(['gzip', 'GZIP', 'deflate', 'br', 'zstd', 'gzip, gzip'])(
    'labelled %s is refused unread',
    async (encoding) => {
      const { rider, id } = await createJourneyOfMine();
      const labels = { headers: { ...asGpx.headers, 'Content-Encoding': encoding } };
      const unsupported = { status: 415, json: { code: 'imports.unsupported' } };
      expect(await rider.post(importsOf(id), await gzipped(good), labels)).toMatchObject(unsupported);
      expect(await countsOf(id)).toEqual(nothing);
    },
  );
});

describe('K13, K14: a content type', () => {
  test.each([
    'application/gpx+xml',
    'Application/GPX+XML',
    'application/gpx+xml; charset=utf-8',
    'application/gpx+xml ;charset=iso-8859-1',
    'application/xml',
    'text/xml',
    'text/xml; charset="utf-16"',
  ])('%s is read as GPX', async (type) => {
    const { rider, id } = await createJourneyOfMine();
    const { status, text } = await rider.post(importsOf(id), good, { headers: { 'Content-Type': type } });
    expect(status, text).toBe(201);
  });

  test.each([
    'text/plain',
    'text/html',
    'application/octet-stream',
    'application/gpx',
    'application/gpx+xml-patch',
    'application/vnd.google-earth.kml+xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'gpx',
    ',',
  ])('%s is refused', async (type) => {
    const { rider, id } = await createJourneyOfMine();
    const answer = await rider.post(importsOf(id), bytesOf(good), { headers: { 'Content-Type': type } });
    expect(answer.status, answer.text).toBe(415);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test('that is missing is refused, with a file or without', async () => {
    const { rider, id } = await createJourneyOfMine();
    for (const file of [bytesOf(good), undefined]) expect((await rider.post(importsOf(id), file)).status).toBe(415);
    expect(await countsOf(id)).toEqual(nothing);
  });
});

test.each([
  ['', 422],
  ['?as=', 422],
  ['?as=both', 422],
  ['?as=PLAN', 422],
  ['?as=plan&as=past', 422],
  ['?as=plan&name=x', 400],
  ['?kind=plan', 400],
])('an import as %j is refused', async (query, status) => {
  const { rider, id } = await createJourneyOfMine();
  const answer = await rider.post(`/v1/journeys/${id}/imports${query}`, good, asGpx);
  expect(answer.status, answer.text).toBe(status);
  expect(await countsOf(id)).toEqual(nothing);
});
