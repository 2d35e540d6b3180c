import { expect, test } from 'vitest';
import { createJourney, createRider } from '../../support/factories.ts';
import { batchOf, createMarker, markersOf, newMarker, readAll } from './markers.ts';

type Part = { path: string };
const json = { headers: { 'Content-Type': 'application/json' } };

test.each([
  ['{"type":"Point","coordinates":[181,0]}', 'too far east'],
  ['{"type":"Point","coordinates":[-180.0000001,0]}', 'too far west'],
  ['{"type":"Point","coordinates":[0,90.0000001]}', 'too far north'],
  ['{"type":"Point","coordinates":[0,-91]}', 'too far south'],
  ['{"type":"Point","coordinates":[48.2,116.4]}', 'latitude and longitude swapped'],
  ['{"type":"Point","coordinates":["16.4","48.2"]}', 'numbers as text'],
  ['{"type":"Point","coordinates":[16.4,48.2,171]}', 'an elevation'],
  ['{"type":"Point","coordinates":[16.4]}', 'only one number'],
  ['{"type":"Point","coordinates":[]}', 'no numbers'],
  ['{"type":"Point","coordinates":[null,null]}', 'null'],
  ['{"type":"Point","coordinates":[1e400,0]}', 'a number too large for a double'],
  ['{"type":"Point","coordinates":["NaN",0]}', 'NaN as text'],
  ['{"type":"Point","coordinates":[[16.4,48.2]]}', 'a line'],
  ['{"type":"Point","coordinates":{"0":16.4,"1":48.2}}', 'an object'],
  ['{"type":"point","coordinates":[16.4,48.2]}', 'a type in lower case'],
  ['{"type":"LineString","coordinates":[16.4,48.2]}', 'another geometry'],
  ['{"coordinates":[16.4,48.2]}', 'no type'],
  ['{"type":"Point","coordinates":[16.4,48.2],"crs":"EPSG:3857"}', 'another reference system'],
  ['[16.4,48.2]', 'an array in place of a Point'],
  ['"POINT(16.4 48.2)"', 'WKT'],
  ['null', 'null alone'],
])('a marker with the coordinates %s is refused (%s) [K7, T26]', async (coordinates) => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const marker = await createMarker(rider, id);
  const body = `{"name":"Here","marker_type":"plan","coordinates":${coordinates}}`;
  const answers = [
    await rider.post(markersOf(id), body, json),
    await rider.post(batchOf(id), `{"markers":[${body}]}`, json),
    await rider.patch(marker.path, `{"coordinates":${coordinates}}`, json),
  ];
  for (const { status, text, json } of answers) {
    expect(status, text).toBe(422);
    for (const { path } of json.errors as Part[]) expect(path).toMatch(/^(markers\.0\.)?coordinates/);
  }
  expect(await readAll(rider, id)).toHaveLength(1);
});

test.each([
  [180, 90],
  [-180, -90],
  [0, 0],
  [179.9999999, -89.9999999],
])('a marker at %d, %d keeps its position to the last decimal [K7]', async (...coordinates) => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const marker = await createMarker(rider, id, { coordinates: { type: 'Point', coordinates } });
  expect(marker.coordinates.coordinates).toEqual(coordinates);
});

test('fields of a marker that only the server sets are refused [J1]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const marker = await createMarker(rider, id);
  const fields = ['journey_id', 'owner_id', 'user_id', 'version', 'created_at', 'updated_at', 'at', 'cell', 'position'];
  for (const field of [...fields, 'elevation_m', 'deleted_at', 'role', '__proto__', 'constructor']) {
    const extra = `"${field}":"x"`;
    const body = `{"name":"Here","marker_type":"plan","coordinates":{"type":"Point","coordinates":[1,1]},${extra}}`;
    for (const answer of [
      await rider.post(markersOf(id), body, json),
      await rider.post(batchOf(id), `{"markers":[${body}]}`, json),
      await rider.patch(marker.path, `{${extra}}`, json),
    ]) {
      expect(answer.status, `${field}: ${answer.text}`).toBe(422);
      expect(answer.json.errors).toEqual([{ path: expect.stringMatching(`${field}$`), message: 'Unknown field.' }]);
    }
  }
  expect(await rider.patch(marker.path, { id: crypto.randomUUID() })).toMatchObject({ status: 422 });
  expect(await readAll(rider, id)).toHaveLength(1);
  expect((await rider.get(marker.path)).json).toMatchObject({ version: 1 });
});

test('a value of the wrong type is refused and its field is named [J4]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const marker = await createMarker(rider, id);
  for (const field of ['id', 'name', 'notes', 'marker_type', 'coordinates', 'timestamp', 'estimated_time']) {
    for (const value of [7, true, [], {}, ['plan'], { name: 'x' }]) {
      const answers = [await rider.post(markersOf(id), newMarker({ [field]: value }))];
      if (field !== 'id') answers.push(await rider.patch(marker.path, { [field]: value }));
      for (const { status, text, json } of answers) {
        expect(status, text).toBe(422);
        expect(new Set(json.errors.map(({ path }: Part) => path.split('.')[0]))).toEqual(new Set([field]));
      }
    }
  }
});

test('text that Postgres cannot store is refused [K3, K4]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const marker = await createMarker(rider, id);
  for (const text of ['a\\u0000b', '\\ud83d', '\\ude00']) {
    for (const field of ['name', 'notes']) {
      const changes = `"${field}":"${text}"`;
      const body = `{"name":"Here","marker_type":"plan","coordinates":{"type":"Point","coordinates":[1,1]},${changes}}`;
      expect((await rider.patch(marker.path, `{${changes}}`, json)).status).toBe(422);
      expect((await rider.post(markersOf(id), body, json)).status).toBe(422);
    }
  }
});

test.each([
  "Robert'); DROP TABLE markers;--",
  '%_\\% {"a":1} $1 :now ?',
  '‮right to left‬ עברית',
  'zero\u200bwidth, e\u0301 and 👩‍👩‍👧‍👦🚴🏽‍♀️',
  '<script>alert(1)</script>\r\n\t]]>',
  'NULL',
  'x'.repeat(200),
])('the name and notes %j of a marker come back as they were sent [K10, K22]', async (text) => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const marker = await createMarker(rider, id, { name: text, notes: ` ${text} ` });
  expect((await rider.get(marker.path)).json).toMatchObject({ name: text, notes: ` ${text} ` });
  expect((await rider.patch(marker.path, { notes: text })).json).toMatchObject({ name: text, notes: text });
});

test('a marker name is trimmed to 1 to 200 characters, and notes have at most 5,000', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  expect(await createMarker(rider, id, { name: '  Spring  ' })).toMatchObject({ name: 'Spring' });
  expect(await createMarker(rider, id, { notes: 'x'.repeat(5_000) })).toMatchObject({ notes: 'x'.repeat(5_000) });
  for (const fields of [{ name: '' }, { name: '   ' }, { name: 'x'.repeat(201) }, { notes: 'x'.repeat(5_001) }]) {
    expect((await rider.post(markersOf(id), newMarker(fields))).status).toBe(422);
  }
});

test('a body that is not JSON is refused and changes nothing [K13]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const { path } = await createMarker(rider, id);
  for (const send of [rider.post.bind(null, markersOf(id)), rider.patch.bind(null, path)]) {
    const answers = [
      await send('', json),
      await send(JSON.stringify(newMarker()), { headers: { 'Content-Type': 'text/plain' } }),
      await send('{"name":', json),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 415, 400]);
  }
  expect(await readAll(rider, id)).toMatchObject([{ version: 1 }]);
});
