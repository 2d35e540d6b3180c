import { describe, expect, test } from 'vitest';
import { createJourney, createRider } from '../../support/factories.ts';
import { gpx, importFile, parallel, readRoute, route, track } from '../tracks/lines.ts';

async function createJourneyOfMine() {
  const rider = await createRider();
  return { rider, id: (await createJourney(rider)).id };
}

const escapeXml = (text: string): string => text.replaceAll(/[&<>\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);

const texts: [name: string, text: string][] = [
  ['a script', '<script>alert(document.domain)</script>'],
  ['the end of a CDATA section', 'a ]]> b <![CDATA[ c ]]>'],
  ['quotes and braces', '"}],"features":[{"type":"Feature"}] \\" \\u0000 \\'],
  ['a formula', '=HYPERLINK("https://x.test")'],
  ['SQL', "'); drop table tracks; --"],
  ['line separators', 'a\u2028b\u2029c'],
  ['right-to-left overrides and zero-width spaces', 'مرحبا \u202etxt.xpg\u200b'],
  ['emoji and combining marks', '🚲👩‍👩‍👧 e\u0301 \u{1f1e6}\u{1f1f9}'],
  ['entities', '&amp;lt;b&#x26;gt;'],
  ['spaces around and within it', '  two  spaces '],
];

describe('names in imported files [L8, K10]', () => {
  test.each(texts)('a name with %s is plain data and comes back unchanged', async (_, text) => {
    const { rider, id } = await createJourneyOfMine();
    const wpt = `<wpt lat="1" lon="2"><name>${escapeXml(text)}</name><desc>${escapeXml(`About ${text}`)}</desc></wpt>`;
    await importFile(
      rider,
      id,
      gpx(wpt, route(parallel(2, [1, 2]), escapeXml(text)), track([parallel(2, [1, 1])], escapeXml(text))),
    );

    const features = await readRoute(rider, id);
    expect(features.map(({ properties }) => properties.name)).toEqual([text, text]);
    const { headers, json } = await rider.get(`/v1/journeys/${id}/markers`);
    expect(json.items).toMatchObject([{ name: text, notes: `About ${text}` }]);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Type')).toBe('application/json');
  });

  test('a name in CDATA sections loses only their markup', async () => {
    const { rider, id } = await createJourneyOfMine();
    const name = '<![CDATA[<b>]]]]><![CDATA[> & more]]>';
    await importFile(rider, id, gpx(track([parallel(2, [1, 1])], name)));
    expect((await readRoute(rider, id))[0]?.properties.name).toBe('<b>]]> & more');
  });
});

const gpxWithEncoding = (encoding: string, name: string) =>
  gpx(track([parallel(3, [16, 48])], name)).replace('?>', ` encoding="${encoding}"?>`);
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string, isLittleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let n = 0; n < text.length; n += 1) view.setUint16(n * 2, text.charCodeAt(n), isLittleEndian);
  return new Uint8Array(view.buffer);
};

describe('encodings of imported files', () => {
  const encodings: [name: string, bytes: Uint8Array, text: string][] = [
    ['ISO-8859-1', latin1(gpxWithEncoding('ISO-8859-1', 'Größglockner - ½ Tag')), 'Größglockner - ½ Tag'],
    ['windows-1252', latin1(gpxWithEncoding('windows-1252', 'caf\xe9 \x80 5')), 'café € 5'],
    ['little-endian UTF-16', utf16(`\uFEFF${gpxWithEncoding('UTF-16', 'Nærøy 🚲')}`, true), 'Nærøy 🚲'],
    ['big-endian UTF-16', utf16(`\uFEFF${gpxWithEncoding('UTF-16', 'Nærøy 🚲')}`, false), 'Nærøy 🚲'],
    [
      'UTF-8 with a byte order mark',
      new TextEncoder().encode(`\uFEFF${gpxWithEncoding('UTF-8', 'Nærøy 🚲')}`),
      'Nærøy 🚲',
    ],
  ];

  test.each(encodings)('a file in %s is read correctly', async (_, bytes, name) => {
    const { rider, id } = await createJourneyOfMine();
    expect(await importFile(rider, id, bytes)).toMatchObject({ tracks: 1, points_read: 3, left_out: [] });
    expect((await readRoute(rider, id))[0]?.properties.name).toBe(name);
  });
});

describe('markup on which nothing depends', () => {
  const line = track([parallel(3, [16, 48])]);
  const hr = '<extensions><gpxtpx:hr>120</gpxtpx:hr></extensions>';
  const namespace = 'http://www.topografix.com/GPX/1/1';
  const files: [name: string, file: string][] = [
    ['with an undeclared prefix in its extensions', gpx(line.replace('</trkpt>', `${hr}</trkpt>`))],
    ['with an undeclared prefix of an attribute', gpx(line).replace('<gpx ', '<gpx xsi:schemaLocation="x" ')],
    ['in a namespace with https', gpx(line).replace('http:', 'https:')],
    ['in a namespace with a slash at the end', gpx(line).replace('GPX/1/1', 'GPX/1/1/')],
    ['in a namespace in lower case', gpx(line).replace('GPX/1/1', 'gpx/1/1')],
    ['in a namespace without www', gpx(line).replace('www.', '')],
    ['in a namespace of its own', gpx(line).replace(namespace, 'urn:mine')],
    ['with a track outside of its namespace', gpx(line.replace('<trk>', '<trk xmlns="">'))],
  ];
  test.each(files)('a file %s is read', async (_, file) => {
    const { rider, id } = await createJourneyOfMine();
    expect(await importFile(rider, id, file)).toMatchObject({ tracks: 1, points_read: 3, left_out: [] });
  });
});

test('names of GeoJSON are plain data, without what Postgres cannot hold', async () => {
  const { rider, id } = await createJourneyOfMine();
  const lineOf = (name: string, n: number) => ({
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: parallel(2, [1, n + 1]) },
    properties: { name },
  });
  const names = [...texts.map(([, text]) => text), 'a\0b', 'half of a \ud83d letter'];
  const file = JSON.stringify({ type: 'FeatureCollection', features: names.map(lineOf) });
  await importFile(rider, id, file);
  const read = (await readRoute(rider, id)).map(({ properties }) => properties.name);
  expect(read).toEqual([...names.slice(0, -2), 'ab', 'half of a \ufffd letter']);
});

test('texts that are too long are cut, and the receipt reports it', async () => {
  const { rider, id } = await createJourneyOfMine();
  const file = gpx(
    `<wpt lat="1" lon="2"><name>${'w'.repeat(300)}</name><desc>${'d'.repeat(6_000)}</desc></wpt>`,
    track([parallel(2, [1, 1])], 't'.repeat(300)),
  );
  const { left_out } = await importFile(rider, id, file);
  expect(left_out).toMatchObject([
    { code: 'name_shortened', where: 'waypoint 1', count: 2 },
    { code: 'notes_shortened', where: 'waypoint 1', count: 1 },
  ]);
  expect((await readRoute(rider, id))[0]?.properties.name).toHaveLength(200);
  const { json } = await rider.get(`/v1/journeys/${id}/markers`);
  expect([json.items[0].name.length, json.items[0].notes.length]).toEqual([200, 5_000]);
});
