import { describe, expect, test } from 'vitest';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { gpx, importFile, importsOf, type Kind } from '../tracks/lines.ts';

const [tpx, tpx2, pwr, data, gpxx] = [
  'http://www.garmin.com/xmlschemas/TrackPointExtension/v1',
  'http://www.garmin.com/xmlschemas/TrackPointExtension/v2',
  'http://www.garmin.com/xmlschemas/PowerExtension/v1',
  'http://www.cluetrust.com/XML/GPXDATA/1/0',
  'http://www.garmin.com/xmlschemas/GpxExtensions/v3',
];
const schemaAddress = 'https://www8.garmin.com/xmlschemas/TrackPointExtensionv1.xsd';

/** A track with a point for each of the extensions. */
const rideWith = (...extensions: string[]): string =>
  gpx(
    `<trk><trkseg>${extensions
      .map(
        (content, index) =>
          `<trkpt lat="${47 + index / 1_000}" lon="8"><time>2026-05-01T08:${String(index).padStart(2, '0')}:00Z</time><extensions>${content}</extensions></trkpt>`,
      )
      .join('')}</trkseg></trk>`,
  );

const inPoint = (content: string, uri = tpx) =>
  `<a:TrackPointExtension xmlns:a="${uri}">${content}</a:TrackPointExtension>`;

async function createRide(file: string, as: Kind = 'past') {
  const rider = await createRider();
  await rider.put('/v1/me/consents/heart_rate', { statement_version: 1 });
  const { id } = await createJourney(rider, { visibility: 'private' });
  const receipt = await importFile(rider, id, file, as);
  return { rider, id, receipt };
}

const exportOf = async (rider: Rider, id: string, include = 'rides,sensors,heart_rate'): Promise<string> => {
  const { status, text } = await rider.get(`/v1/journeys/${id}/export.gpx?include=${include}`);
  if (status !== 200) throw new Error(`not exported: ${text}`);
  return text;
};

/** What the export says of each point. */
const extensionsIn = (file: string): string[] =>
  [...file.matchAll(/<trkpt.*?<\/trkpt>/g)].map(([point]) => /<extensions>(.*)<\/extensions>/.exec(point)?.[1] ?? '');

const sensorsOf = async (rider: Rider, id: string): Promise<string[]> =>
  (await rider.get(`/v1/journeys/${id}/tracks`)).json.items[0].sensors;

const heartRate = (rate: number) =>
  `<gpxtpx:TrackPointExtension><gpxtpx:hr>${rate}</gpxtpx:hr></gpxtpx:TrackPointExtension>`;
const cadence = (rate: number) =>
  `<gpxtpx:TrackPointExtension><gpxtpx:cad>${rate}</gpxtpx:cad></gpxtpx:TrackPointExtension>`;
const temperature = (degrees: number | string) =>
  `<gpxtpx:TrackPointExtension><gpxtpx:atemp>${degrees}</gpxtpx:atemp></gpxtpx:TrackPointExtension>`;
const power = (watts: number) => `<pwr:PowerInWatts>${watts}</pwr:PowerInWatts>`;

describe('what sensors measured', () => {
  test.each<[writer: string, content: string, kept: string]>([
    ['TrackPointExtension 1', inPoint('<a:hr>120</a:hr>'), heartRate(120)],
    ['TrackPointExtension 2', inPoint('<a:cad>81</a:cad>', tpx2), cadence(81)],
    [
      'any prefix of it',
      `<ns3:TrackPointExtension xmlns:ns3="${tpx}"><ns3:atemp>-3.5</ns3:atemp></ns3:TrackPointExtension>`,
      temperature(-3.5),
    ],
    ['no prefix', `<TrackPointExtension xmlns="${tpx}"><hr>99</hr></TrackPointExtension>`, heartRate(99)],
    ['its namespace with https', inPoint('<a:hr>99</a:hr>', tpx.replace('http:', 'https:')), heartRate(99)],
    ['power in the namespace of GPX', '<power>250</power>', power(250)],
    ['all in the namespace of GPX', '<TrackPointExtension><hr>101</hr></TrackPointExtension>', heartRate(101)],
    ['PowerExtension', `<p:PowerInWatts xmlns:p="${pwr}">251</p:PowerInWatts>`, power(251)],
    ['gpxdata, a heart rate', `<g:hr xmlns:g="${data}">102</g:hr>`, heartRate(102)],
    ['gpxdata, a cadence', `<g:cadence xmlns:g="${data}">82</g:cadence>`, cadence(82)],
    ['gpxdata, a temperature', `<g:temp xmlns:g="${data}">21.5</g:temp>`, temperature(21.5)],
    ['GpxExtensions 3', inPoint('<a:Temperature>22</a:Temperature>', gpxx), temperature(22)],
    [
      'gpx.studio',
      `<p:PowerExtension xmlns:p="${pwr}"><p:PowerInWatts>252</p:PowerInWatts></p:PowerExtension>`,
      power(252),
    ],
    ['OpenTracks', inPoint(`<p:PowerInWatts xmlns:p="${pwr}">253</p:PowerInWatts>`), power(253)],
    ['a file without a namespace for it', '<hr>103</hr>', heartRate(103)],
    ['Holux', '<bpm>108</bpm>', heartRate(108)],
    ['Holux, a cadence', '<rpm>84</rpm>', cadence(84)],
    [
      'Apple Watch',
      `<g:PowerExtension xmlns:g="${tpx}"><g:PowerInWatts>254</g:PowerInWatts></g:PowerExtension>`,
      power(254),
    ],
    [
      'the address of the schema of gpxdata',
      `<g:hr xmlns:g="http://www.cluetrust.com/Schemas/gpxdata10.xsd">109</g:hr>`,
      heartRate(109),
    ],
    ['FitoTrack without a sensor at first', `<hr>-1</hr>${inPoint('<a:hr>110</a:hr>')}`, heartRate(110)],
    ['COROS', '<heartrate>104</heartrate>', heartRate(104)],
    ['COROS with its misspelling', `<g:heatrate xmlns:g="${data}">105</g:heatrate>`, heartRate(105)],
    [
      'gpxdata, a temperature with its whole name',
      `<g:temperature xmlns:g="${data}">23</g:temperature>`,
      temperature(23),
    ],
    ['the address of the schema as namespace', inPoint('<a:hr>106</a:hr>', schemaAddress), heartRate(106)],
    [
      'two elements, of which the second has no value',
      `${inPoint('<a:hr>107</a:hr>')}<hr>nan</hr><heartrate>0</heartrate>`,
      heartRate(107),
    ],
    [
      'a number so small that JavaScript writes it with an exponent',
      inPoint('<a:atemp>0.0000002</a:atemp>'),
      temperature('0.0000002'),
    ],
  ])('are read as %s writes it', async (_, content, kept) => {
    const { rider, id, receipt } = await createRide(rideWith(content, ''));
    expect(receipt.left_out).toEqual([]);
    expect(extensionsIn(await exportOf(rider, id))).toEqual([kept, '']);
  });

  test.each([
    ['the known prefix of another namespace', '<gpxtpx:hr xmlns:gpxtpx="https://example.org/mine">120</gpxtpx:hr>'],
    [
      'a prefix without a namespace',
      '<gpxtpx:TrackPointExtension><gpxtpx:hr>120</gpxtpx:hr></gpxtpx:TrackPointExtension>',
    ],
    ['an element of another name', '<pulse>120</pulse>'],
    ['another element that holds it', `<lap>${inPoint('<a:hr>120</a:hr>')}</lap>`],
  ])('are not read of %s', async (_, content) => {
    const { rider, id, receipt } = await createRide(rideWith(content, ''));
    expect(receipt.left_out).toEqual([]);
    expect(await sensorsOf(rider, id)).toEqual([]);
  });

  test('a point has the values of its own sensors, and lines and segments stay apart', async () => {
    const rest = inPoint('<a:atemp>20.1</a:atemp><a:hr>120</a:hr><a:cad>80</a:cad>');
    const file = rideWith(`${rest}<power>250</power>`, '', '<power>0</power>', inPoint('<a:hr>121</a:hr>')).replace(
      /(?=<trkpt lat="47.002")/,
      '</trkseg><trkseg>',
    );
    const { rider, id } = await createRide(file);
    expect(await sensorsOf(rider, id)).toEqual(['power', 'cadence', 'temperature', 'heart_rate']);
    const exported = await exportOf(rider, id);
    expect(extensionsIn(exported)).toEqual([
      `${power(250)}<gpxtpx:TrackPointExtension><gpxtpx:atemp>20.1</gpxtpx:atemp><gpxtpx:hr>120</gpxtpx:hr><gpxtpx:cad>80</gpxtpx:cad></gpxtpx:TrackPointExtension>`,
      '',
      power(0),
      heartRate(121),
    ]);
    const copy = (await createJourney(rider)).id;
    await importFile(rider, copy, exported, 'past');
    expect(await exportOf(rider, copy)).toBe(exported);
  });

  test('a ride that is written as a route has them too', async () => {
    const route = rideWith('<power>250</power>', '')
      .replaceAll(/<(\/?)trk>/g, '<$1rte>')
      .replaceAll(/<\/?trkseg>/g, '')
      .replaceAll('trkpt', 'rtept');
    const { rider, id } = await createRide(route);
    expect(extensionsIn(await exportOf(rider, id))).toEqual([power(250), '']);
  });

  test('the values of a point without a position go with it', async () => {
    const file = rideWith('<power>1</power>', '<power>2</power>', '<power>3</power>').replace(
      'lat="47.001" lon="8"',
      '',
    );
    const { rider, id } = await createRide(file);
    expect(extensionsIn(await exportOf(rider, id))).toEqual([power(1), power(3)]);
  });

  test('a value that cannot be is left out, and the receipt says so; no value and a lost pulse are nothing', async () => {
    const { rider, id, receipt } = await createRide(
      rideWith(
        '<power>-1</power>',
        '<power>65535</power>',
        inPoint('<a:hr>255</a:hr>'),
        inPoint('<a:cad>255</a:cad>'),
        inPoint('<a:atemp>127</a:atemp>'),
        inPoint('<a:hr>0</a:hr><a:cad></a:cad><a:atemp>warm</a:atemp>'),
        inPoint('<a:hr>100.4</a:hr>'),
      ),
    );
    expect(receipt.left_out).toEqual([
      {
        code: 'sensor_unusable',
        where: 'track 1, segment 1, point 1',
        count: 6,
        why: expect.stringContaining('Found: "-1".'),
      },
    ]);
    expect(extensionsIn(await exportOf(rider, id))).toEqual(['', '', '', '', '', '', heartRate(100)]);
  });

  test('the receipt does not repeat a heart rate that cannot be [I40]', async () => {
    const { receipt } = await createRide(rideWith(inPoint('<a:hr>288</a:hr>'), inPoint('<a:hr>very high</a:hr>')));
    expect(receipt.left_out).toEqual([
      { code: 'sensor_unusable', where: 'track 1, segment 1, point 1', count: 2, why: expect.any(String) },
    ]);
    expect(JSON.stringify(receipt)).not.toMatch(/288|very high/);
    const stored = await sql`select receipt::text from imports where id = ${receipt.id}`;
    expect(String(stored[0]?.receipt)).not.toMatch(/288|very high/);
  });

  test('without consent the receipt names the first line with heart rates that could be kept', async () => {
    const rider = await createRider();
    const { id } = await createJourney(rider);
    const [first, second] = [
      rideWith(inPoint('<a:hr>0</a:hr>'), inPoint('<a:hr>300</a:hr>')),
      rideWith(inPoint('<a:hr>120</a:hr>'), '').replaceAll('lon="8"', 'lon="9"'),
    ].map((file) => /<trk>.*<\/trk>/s.exec(file)?.[0] ?? '');
    const { left_out } = await importFile(rider, id, gpx(first ?? '', second ?? ''), 'past');
    expect(left_out.at(-1)).toMatchObject({ code: 'heart_rate_without_consent', where: 'track 2', count: 1 });
  });

  test('a temperature nearer to 0 than the database can hold is 0', async () => {
    const { rider, id, receipt } = await createRide(rideWith(inPoint('<a:atemp>1e-50</a:atemp>'), ''));
    expect(receipt.left_out).toEqual([]);
    expect(extensionsIn(await exportOf(rider, id))).toEqual([temperature(0), '']);
  });

  test('each line of a file has its own values', async () => {
    const second = rideWith('<power>2</power>', inPoint('<a:hr>122</a:hr>')).replaceAll('lon="8"', 'lon="9"');
    const third = rideWith('', '').replaceAll('lon="8"', 'lon="10"');
    const tracks = [rideWith('', '<power>1</power>'), second, third].map(
      (file) => /<trk>.*<\/trk>/s.exec(file)?.[0] ?? '',
    );
    const { rider, id } = await createRide(gpx(...tracks));
    const { json } = await rider.get(`/v1/journeys/${id}/tracks`);
    expect(json.items.map(({ sensors }: { sensors: string[] }) => sensors)).toEqual([
      ['power'],
      ['power', 'heart_rate'],
      [],
    ]);
    expect(extensionsIn(await exportOf(rider, id))).toEqual(['', power(1), power(2), heartRate(122), '', '']);
  });

  test('a plan keeps none, and says nothing of them', async () => {
    const { rider, id, receipt } = await createRide(
      rideWith(`${inPoint('<a:hr>120</a:hr>')}<power>250</power>`, ''),
      'plan',
    );
    expect(receipt.left_out).toEqual([]);
    expect(await sensorsOf(rider, id)).toEqual([]);
  });

  test('a file has them only if they are asked for', async () => {
    const { rider, id } = await createRide(rideWith(`${inPoint('<a:hr>120</a:hr>')}<power>250</power>`, ''));
    for (const include of ['rides', 'plan,rides,markers']) {
      const file = await exportOf(rider, id, include);
      expect(file).not.toMatch(/extensions|xmlns:/);
    }
    expect(extensionsIn(await exportOf(rider, id, 'rides,sensors'))).toEqual([power(250), '']);
    expect(extensionsIn(await exportOf(rider, id, 'rides,heart_rate'))).toEqual([heartRate(120), '']);
    expect(extensionsIn(await exportOf(rider, id, 'sensors'))).toEqual([power(250), '']);
    expect(extensionsIn(await exportOf(rider, id, 'heart_rate'))).toEqual([heartRate(120), '']);
    expect((await rider.get(`/v1/journeys/${id}/export.geojson?include=sensors`)).status).toBe(422);
  });

  test('heart rates need a recent login and a session of the rider [I40]', async () => {
    const { rider, id } = await createRide(rideWith(`${inPoint('<a:hr>120</a:hr>')}<power>250</power>`, ''));
    const path = `/v1/journeys/${id}/export.gpx?include=rides,sensors,heart_rate`;
    const { json } = await rider.post('/v1/api-keys', { name: 'All', scopes: ['journeys:read'] });
    const headers = { Authorization: `Bearer ${json.token}` };
    expect((await rider.get(path, { headers })).status).toBe(403);
    expect((await rider.get(path.replace(',heart_rate', ''), { headers })).status).toBe(200);
    advance(11, 'minutes');
    const late = await rider.get(path);
    expect([late.status, late.json.code]).toEqual([401, 'auth.reauthentication_required']);
    expect((await rider.get(path.replace(',heart_rate', ''))).status).toBe(200);
  });

  test('a file that replaces another brings its own values', async () => {
    const { rider, id, receipt } = await createRide(rideWith('<power>250</power>', ''));
    const path = `${importsOf(id, 'past').replace('?', `/${receipt.id}?`)}`;
    const { status, text } = await rider.put(path, rideWith('', inPoint('<a:hr>120</a:hr>')), {
      headers: { 'Content-Type': 'application/gpx+xml' },
    });
    expect(status, text).toBe(200);
    expect(extensionsIn(await exportOf(rider, id))).toEqual(['', heartRate(120)]);
  });
});
