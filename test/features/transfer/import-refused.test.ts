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

/** A file whose valid parts come before its fault. */
const broken = (content: string) => gpx(waypoint([1, 2]), track([parallel(20, [16, 48])]), content);
const points = (...middle: string[]) =>
  broken(`<trk><trkseg><trkpt lat="1" lon="1"/>\n<trkpt lat="1.1" lon="1"/>${middle.join('')}</trkseg></trk>`);
const doctype = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
const body = '<trk><name>&b;</name><trkseg><trkpt lat="1" lon="1"/><trkpt lat="2" lon="1"/></trkseg></trk>';
const root = `<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">${body}</gpx>`;

const notUtf8 = [...bytesOf(good.replace('</gpx>', '<name>caf')), 0xe9, ...bytesOf('</name></gpx>')];

const inTrack = /^line \d+, column \d+ \(track 2, segment 1, point 3\)$/;
const inFile = /^line \d+, column \d+/;

const refused: [name: string, rows: string, content: string | number[], where: RegExp, why: RegExp][] = [
  ['with entities', 'L1', doctype + root, inFile, /document type declaration/],
  ['with entities after the declaration', 'L1', `<?xml version="1.0"?>\n${doctype}${root}`, inFile, /document type/],
  ['with entities after a comment', 'L1', `<!-- x -->${doctype}${root}`, inFile, /document type declaration/],
  ['with entities after a byte order mark', 'L1', `\uFEFF${doctype}${root}`, inFile, /document type declaration/],
  ['with entities in UTF-16', 'L1', utf16le(doctype + root), inFile, /document type declaration/],
  [
    'with a document type declaration that names a file',
    'L1',
    `<!DOCTYPE gpx SYSTEM "file:///etc/passwd">${root}`,
    inFile,
    /document type declaration/,
  ],
  [
    'with a parameter entity',
    'L1',
    `<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://x.test/">%x;]>${root}`,
    inFile,
    /document/,
  ],
  ['with an undeclared entity', 'L1', root, inFile, /undefined entity/],
  ['that is HTML', 'L4', '<!doctype html>\n<title>Sign in</title>', /^file$/, /an HTML page/],
  [
    'that is SVG',
    'L4',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    /^file$/,
    /an SVG image/,
  ],
  ['that is PNG', 'L4', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], /./, /a PNG image/],
  ['that is KML', 'L4', '<kml xmlns="http://www.opengis.net/kml/2.2"/>', /^file$/, /a KML file/],
  ['that is GeoJSON with nothing in it', 'L4', '{"type":"FeatureCollection","features":[]}', /^file$/, /no waypoint/],
  ['that is other JSON', 'L4', '{"type":"Topology","objects":{}}', /^file$/, /JSON, but no GeoJSON/],
  ['that is a zip', 'L3', [0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0], /./, /a zip archive/],
  ['of zero bytes', 'L6', '', /./, /the file is empty/],
  ['without lines and waypoints', 'L6', gpx(), /^file$/, /no waypoint with a position, and no track or route/],
  ['cut off', 'L6', good.slice(0, -30), inFile, /./],
  ['cut off in a tag', 'L6', points().slice(0, points().lastIndexOf('<trkpt') + 9), inFile, /./],
  ['with an unclosed tag', 'L6', points('<trkpt lat="1" lon="1">'), inFile, /unexpected close tag/],
  ['with another root element', 'L6', '<osm version="0.6"/>', inFile, /the root element is <osm>, not <gpx>/],
  ['in another encoding than it declares', 'L6', notUtf8, /^byte \d+/, /./],
  ['with an unknown encoding', 'L6', `<?xml version="1.0" encoding="x-none"?>${root}`, /./, /encoding/],
  ['with a latitude of NaN', 'L6', points('<trkpt lat="NaN" lon="1"/>'), inTrack, /^lat="NaN" is no number/],
  ['with an infinite longitude', 'L6', points('<trkpt lat="1" lon="Infinity"/>'), inTrack, /^lon="Infinity"/],
  ['beyond the pole', 'K7', points('<trkpt lat="90.0001" lon="1"/>'), inTrack, /from -90 to 90/],
  ['with a longitude of no map', 'K7', points('<trkpt lat="1" lon="-541"/>'), inTrack, /from -540 to 540/],
  ['without a longitude', 'L6', points('<trkpt lat="1"/>'), inTrack, /^lon is missing/],
  ['with a decimal comma', 'L6', points('<trkpt lat="48,2" lon="1"/>'), inTrack, /^lat="48,2"/],
  ['with an invalid route', 'L6', broken('<rte><rtept lat="1" lon="x"/></rte>'), /\(route 1, point 1\)$/, /^lon="x"/],
  [
    'with a point outside of a segment',
    'L6',
    broken('<trk><trkpt lat="1" lon="1"/></trk>'),
    /\(track 2\)$/,
    /may not stand in/,
  ],
  ['with elements nested too deeply', 'L2', broken('<a>'.repeat(17) + '</a>'.repeat(17)), inFile, /deeper than 16/],
  ['with a text that is too long', 'L2', broken(`<name>${'x'.repeat(100_001)}</name>`), inFile, /longer than 100000/],
];

describe('refused files', () => {
  test.each(refused)(
    'a file %s is refused with the place of the fault, and nothing of it is saved [%s]',
    async (_name, _rows, content, where, why) => {
      const { rider, id } = await createJourneyOfMine();
      await importFile(rider, id, good);
      const before = await countsOf(id);
      const { status, headers, json, text } = await rider.post(importsOf(id), bytesOf(content), asGpx);
      expect(status, text).toBe(422);
      expect(headers.get('Content-Type')).toBe('application/problem+json');
      expect(json).toMatchObject({
        code: 'imports.unreadable',
        detail: 'The file cannot be read, and nothing was saved. `errors` says what is wrong.',
      });
      expect(json.errors).toEqual([{ path: expect.stringMatching(where), message: expect.stringMatching(why) }]);
      expect(await countsOf(id)).toEqual(before);
    },
  );

  test('declarations of nested entities are refused before any of them is expanded [L1]', async () => {
    const { rider, id } = await createJourneyOfMine();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const laughs = names.map((name, n) => `<!ENTITY ${name} "${n ? `&${names[n - 1]};`.repeat(10) : 'ha'}">`).join('');
    const { status, text } = await rider.post(importsOf(id), `<!DOCTYPE gpx [${laughs}]>${root}`, asGpx);
    expect(status).toBe(422);
    expect(text.length).toBeLessThan(1_000);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test('a malformed file is refused without revealing whether the journey exists [L6]', async () => {
    const { rider } = await createJourneyOfMine();
    const answer = await rider.post(importsOf(crypto.randomUUID()), '<gpx', asGpx);
    expect(answer).toMatchObject({ status: 422, json: { code: 'imports.unreadable' } });
  });
});

describe('compressed files [L3]', () => {
  const gzipped = async (text: string) =>
    new Uint8Array(
      await new Response(new Response(text).body?.pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    );

  test('a gzip file labelled as GPX is refused with an error that names gzip', async () => {
    const { rider, id } = await createJourneyOfMine();
    const { status, json } = await rider.post(importsOf(id), await gzipped(good), asGpx);
    expect([status, json.errors]).toEqual([
      422,
      [expect.objectContaining({ message: 'this seems to be a gzip archive' })],
    ]);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test.each(['gzip', 'GZIP', 'deflate', 'br', 'zstd', 'gzip, gzip'])(
    'a file with the Content-Encoding %s is refused unread',
    async (encoding) => {
      const { rider, id } = await createJourneyOfMine();
      const labels = { headers: { ...asGpx.headers, 'Content-Encoding': encoding } };
      const unsupported = { status: 415, json: { code: 'imports.unsupported' } };
      expect(await rider.post(importsOf(id), await gzipped(good), labels)).toMatchObject(unsupported);
      expect(await countsOf(id)).toEqual(nothing);
    },
  );
});

describe('content types of imports [K13, K14]', () => {
  test.each([
    'application/gpx+xml',
    'Application/GPX+XML',
    'application/gpx+xml; charset=utf-8',
    'application/gpx+xml ;charset=iso-8859-1',
    'application/xml',
    'text/xml',
    'text/xml; charset="utf-16"',
  ])('a file of the type %s is read as GPX', async (type) => {
    const { rider, id } = await createJourneyOfMine();
    const { status, text } = await rider.post(importsOf(id), good, { headers: { 'Content-Type': type } });
    expect(status, text).toBe(201);
  });

  test.each([
    'text/plain',
    'text/html',
    'application/gpx',
    'application/gpx+xml-patch',
    'application/vnd.google-earth.kml+xml',
    'application/x-www-form-urlencoded',
    'gpx',
    ',',
  ])('an import with the content type %s is refused', async (type) => {
    const { rider, id } = await createJourneyOfMine();
    const answer = await rider.post(importsOf(id), bytesOf(good), { headers: { 'Content-Type': type } });
    expect(answer.status, answer.text).toBe(415);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test('an import without a content type and without a file is refused', async () => {
    const { rider, id } = await createJourneyOfMine();
    expect((await rider.post(importsOf(id))).status).toBe(415);
    expect(await countsOf(id)).toEqual(nothing);
  });

  test.each(['application/octet-stream', undefined])(
    'a file of the type %s is read, because its content tells',
    async (type) => {
      const { rider, id } = await createJourneyOfMine();
      const headers: Record<string, string> = type ? { 'Content-Type': type } : {};
      const { status, text } = await rider.post(importsOf(id), bytesOf(good), { headers });
      expect(status, text).toBe(201);
    },
  );

  const send = async (form: FormData) => {
    const { rider, id } = await createJourneyOfMine();
    const request = new Request('https://x.test', { method: 'POST', body: form });
    const headers = { 'Content-Type': request.headers.get('Content-Type') ?? '' };
    return rider.post(importsOf(id), new Uint8Array(await request.arrayBuffer()), { headers });
  };

  test('the field file of a multipart form is read, whatever stands around it', async () => {
    const form = new FormData();
    form.set('name', 'x');
    form.set('file', new File([good], 'ride.gpx', { type: 'application/octet-stream' }));
    form.set('other', new File(['<html>'], 'a.html'));
    expect(await send(form)).toMatchObject({ status: 201, json: { tracks: 1, markers: 1 } });
  });

  test('a multipart form without the field file is refused with an error that says so', async () => {
    const form = new FormData();
    form.set('gpx', new File([good], 'file'));
    expect(await send(form)).toMatchObject({ status: 422, json: { code: 'http.missing_file' } });
  });

  test('a broken file in a multipart form is refused with the place of the fault in the file', async () => {
    const form = new FormData();
    form.set('file', new File(['<gpx>\n<trk>'], 'ride.gpx'));
    const { status, json } = await send(form);
    expect([status, json.errors[0].path]).toEqual([422, 'line 2, column 5 (track 1)']);
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
])('an import with the query %j is refused', async (query, status) => {
  const { rider, id } = await createJourneyOfMine();
  const answer = await rider.post(`/v1/journeys/${id}/imports${query}`, good, asGpx);
  expect(answer.status, answer.text).toBe(status);
  expect(await countsOf(id)).toEqual(nothing);
});
