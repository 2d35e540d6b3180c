import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { presenceOf } from '../discovery/brute-force.ts';
import { calmJourneyId, road } from '../discovery/calm-plan.ts';
import { zoneAt } from '../privacy/zones.ts';
import { faultsOf, namesOf, tracksOf } from '../tracks/changes.ts';
import {
  asGpx,
  countsOf,
  gpx,
  importFile,
  importsOf,
  type Kind,
  parallel,
  pointsOf,
  readRoute,
  track,
  waypoint,
} from '../tracks/lines.ts';
import { unfitting } from '../tracks/schema.ts';
import { addImports, addLines, addMarkers } from '../usage/full-account.ts';

const pathOf = (id: string, importId = '') => `/v1/journeys/${id}/imports${importId && `/${importId}`}`;
const put = (rider: Rider, id: string, importId: string, file: string, as: Kind = 'plan', headers = {}) =>
  rider.put(`${pathOf(id, importId)}?as=${as}`, file, { headers: { ...asGpx.headers, ...headers } });

const file = (...names: string[]) => gpx(...names.map((name, n) => track([parallel(101, [20 + n, 45])], name)));

async function createVisible(fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'public', ...fields });
  return { rider, id };
}

/** All rows of a journey that an import may change. */
const rowsOf = (id: string) =>
  sql.transaction([
    sql`select * from tracks where journey_id = ${id} order by id`,
    sql`select * from markers where journey_id = ${id} order by id`,
    sql`select * from imports where journey_id = ${id} order by id`,
    sql`select * from presence_cells where journey_id = ${id} order by cell, bucket`,
    sql`select * from journey_sizes where journey_id = ${id}`,
    sql`select first_at, pace_m, draws, cells, entries_m, camp_cells, camp_at from published_plans where journey_id = ${id}`,
  ]);

describe('the list of imports', () => {
  test('the list has the receipt of each file, newest first, in pages', async () => {
    const { rider, id } = await createVisible();
    const first = await importFile(rider, id, file('one'));
    const second = await importFile(rider, id, gpx(track([parallel(5, [1, 1])]), waypoint([1, 1])), 'past');
    const { json } = await rider.get(`${pathOf(id)}?limit=1`);
    const rest = await rider.get(`${pathOf(id)}?limit=1&cursor=${json.next_cursor}`);
    const listed = [...json.items, ...rest.json.items];
    expect(listed).toEqual([second, first].map(({ already_imported, ...receipt }) => receipt));
    expect([first.as, second.as, rest.json.next_cursor]).toEqual(['plan', 'past', null]);
    expect(await unfitting(['/v1/journeys/{id}/imports', 'get'], 'application/json', json)).toEqual([]);
  });

  test('a journey without imports has an empty list, and a journey of another rider none', async () => {
    const { rider, id } = await createVisible();
    expect((await rider.get(pathOf(id))).json).toEqual({ items: [], next_cursor: null });
    expect((await (await createRider()).get(pathOf(id))).json.code).toBe('journeys.not_found');
  });
});

describe('the same file again', () => {
  test('the same file is answered with its first receipt, and nothing is added or counted', async () => {
    const { rider, id } = await createVisible();
    const whole = gpx(track([parallel(101, [20, 45])]), waypoint([20.5, 45.5], 'Spring'));
    const first = await importFile(rider, id, whole);
    const before = await rowsOf(id);
    const { status, json, headers } = await rider.post(importsOf(id), whole, asGpx);
    expect([status, json, headers.get('ETag')]).toEqual([200, { ...first, already_imported: true }, '"1"']);
    expect(await unfitting(['/v1/journeys/{id}/imports', 'post'], 'application/json', json)).toEqual([]);
    expect(await rowsOf(id)).toEqual(before);
    expect((await rider.get('/v1/me/usage')).json.imports_per_day.used).toBe(1);
    const form = `--b\r\nContent-Disposition: form-data; name="file"; filename="other.gpx"\r\n\r\n${whole}\r\n--b--`;
    const asForm = { headers: { 'Content-Type': 'multipart/form-data; boundary=b' } };
    expect((await rider.post(importsOf(id), form, asForm)).json).toMatchObject({
      id: first.id,
      already_imported: true,
    });
  });

  test('one more byte, another kind and another journey are another import', async () => {
    const { rider, id } = await createVisible();
    const { id: other } = await createJourney(rider);
    await importFile(rider, id, file('one'));
    for (const [journeyId, text, as] of [
      [id, `${file('one')}\n`, 'plan'],
      [id, file('one'), 'past'],
      [other, file('one'), 'plan'],
    ] as const) {
      expect(await importFile(rider, journeyId, text, as)).toMatchObject({ tracks: 1, already_imported: false });
    }
    expect(await namesOf(rider, id)).toEqual(['one', 'one', 'one']);
  });

  test('ten parallel imports of one file make one import', async () => {
    const { rider, id } = await createVisible();
    const answers = await Promise.all(Array.from({ length: 10 }, () => rider.post(importsOf(id), file('one'), asGpx)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(await countsOf(id)).toMatchObject({ tracks: 1 });
  });

  test('a file of which all lines were deleted can be imported again, and one with a line left is there already', async () => {
    const { rider, id } = await createVisible();
    await importFile(rider, id, file('one', 'two'));
    const [one, two] = await tracksOf(rider, id);
    await rider.delete(`/v1/journeys/${id}/tracks/${one?.id}`);
    expect((await rider.post(importsOf(id), file('one', 'two'), asGpx)).status).toBe(200);
    await rider.delete(`/v1/journeys/${id}/tracks/${two?.id}`);
    expect((await rider.post(importsOf(id), file('one', 'two'), asGpx)).status).toBe(201);
    expect(await namesOf(rider, id)).toEqual(['one', 'two']);
  });

  test('a file that is there already is answered in a full account and after the last import of the day', async () => {
    const { rider, id } = await createVisible();
    await importFile(rider, id, file('one'));
    await addImports(id, 4_999);
    await sql`update daily_counts set made = 100 where user_id = ${rider.id} and kind = 'imports'`;
    expect((await rider.post(importsOf(id), file('one'), asGpx)).status).toBe(200);
  });

  test('an idempotency key that was used with a file that is there already replays nothing', async () => {
    const { rider, id } = await createVisible();
    const first = await importFile(rider, id, file('one'));
    const headers = { ...asGpx.headers, 'Idempotency-Key': crypto.randomUUID() };
    for (let round = 0; round < 2; round += 1) {
      const answer = await rider.post(importsOf(id), file('one'), { headers });
      expect([answer.status, answer.json.id, answer.headers.get('Idempotency-Replayed')]).toEqual([
        200,
        first.id,
        null,
      ]);
    }
  });
});

describe('an import that is taken back', () => {
  test('its lines, markers and receipt are gone, and the rest stays', async () => {
    const { rider, id } = await createVisible({ starts_on: '2029-05-01', daily_distance_m: 50_000 });
    await importFile(rider, id, file('kept'));
    const kept = await rowsOf(id);
    const { id: importId } = await importFile(
      rider,
      id,
      gpx(track([parallel(101, [30, 45])], 'gone'), waypoint([20.5, 45], 'Spring'), waypoint([20.5, 45], 'Well')),
    );
    expect((await rider.delete(pathOf(id, importId))).status).toBe(204);
    expect(await rowsOf(id)).toEqual(kept);
    expect((await rider.delete(pathOf(id, importId))).json.code).toBe('imports.not_found');
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('markers that were changed since stay, and markers of the rider and of other files too', async () => {
    const { rider, id } = await createVisible();
    await importFile(rider, id, gpx(waypoint([3, 45], 'Other file')));
    const { id: importId } = await importFile(rider, id, gpx(waypoint([1, 45], 'Spring'), waypoint([2, 45], 'Well')));
    const own = { name: 'Mine', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [4, 45] } };
    await rider.post(`/v1/journeys/${id}/markers`, own);
    const { json } = await rider.get(`/v1/journeys/${id}/markers`);
    const well = json.items.find(({ name }: { name: string }) => name === 'Well');
    await rider.patch(`/v1/journeys/${id}/markers/${well.id}`, { notes: 'Dry in August.' });
    await rider.delete(pathOf(id, importId));
    const left = (await rider.get(`/v1/journeys/${id}/markers`)).json.items.map(({ name }: { name: string }) => name);
    expect(left.toSorted()).toEqual(['Mine', 'Other file', 'Well']);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('a journey that begins later leaves presence at once when its only file is taken back', async () => {
    const { rider, id } = await createVisible({ starts_on: '2029-05-01', daily_distance_m: 50_000 });
    const { id: importId } = await importFile(rider, id, file('one', 'two'));
    expect((await presenceOf(id)).length).toBeGreaterThan(4);
    await rider.delete(pathOf(id, importId));
    expect(await presenceOf(id)).toEqual([]);
    expect((await rider.get('/v1/me/usage')).json).toMatchObject({
      lines: { used: 0 },
      points: { used: 0 },
      markers: { used: 0 },
      imports: { used: 0 },
      bytes: { used: 0 },
    });
  });

  test('of ten calls at the same moment one takes the import back', async () => {
    const { rider, id } = await createVisible();
    const { id: importId } = await importFile(rider, id, file('one'));
    const answers = await Promise.all(Array.from({ length: 10 }, () => rider.delete(pathOf(id, importId))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(9).fill(404)]);
    expect(await faultsOf(rider, id)).toEqual([]);
  });
});

describe('a file that replaces another', () => {
  test('its lines come in the place of the old ones, and the receipt is that of the new file', async () => {
    const { rider, id } = await createVisible();
    await importFile(rider, id, file('before'));
    const old = await importFile(rider, id, file('old 1', 'old 2'));
    await importFile(rider, id, file('after'));
    const next = gpx(
      track([parallel(51, [40, 45])], 'new 1'),
      track([parallel(51, [41, 45])], 'new 2'),
      waypoint([40, 46]),
    );
    const { status, json, headers, text } = await put(rider, id, old.id, next);
    expect([status, headers.get('ETag')], text).toEqual([200, '"2"']);
    expect(json).toMatchObject({ id: old.id, tracks: 2, markers: 1, points_kept: 102, version: 2, as: 'plan' });
    expect(await unfitting(['/v1/journeys/{id}/imports/{import_id}', 'put'], 'application/json', json)).toEqual([]);
    expect(await namesOf(rider, id)).toEqual(['before', 'new 1', 'new 2', 'after']);
    expect((await tracksOf(rider, id)).map(({ import_id }) => import_id === old.id)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect((await rider.get(pathOf(id))).json.items.map((one: { id: string }) => one.id)).toContain(old.id);
    expect(await countsOf(id)).toMatchObject({ tracks: 4, markers: 1 });
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('a plan can be replaced by a ride', async () => {
    const { rider, id } = await createVisible();
    const { id: importId } = await importFile(rider, id, file('one'));
    await importFile(rider, id, file('ridden'), 'past');
    expect((await put(rider, id, importId, file('one'), 'past')).json.as).toBe('past');
    expect((await tracksOf(rider, id)).map(({ kind, name }) => [kind, name])).toEqual([
      ['past', 'ridden'],
      ['past', 'one'],
    ]);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('the same file brings back what was deleted of it, and keeps markers that were changed', async () => {
    const { rider, id } = await createVisible();
    const whole = gpx(
      track([parallel(9, [1, 45])], 'one'),
      track([parallel(9, [2, 45])], 'two'),
      waypoint([1, 46], 'Spring'),
    );
    const { id: importId } = await importFile(rider, id, whole);
    const [line] = await tracksOf(rider, id);
    await rider.delete(`/v1/journeys/${id}/tracks/${line?.id}`);
    await put(rider, id, importId, whole);
    expect(await namesOf(rider, id)).toEqual(['one', 'two']);
    const markersPath = `/v1/journeys/${id}/markers`;
    const [spring] = (await rider.get(markersPath)).json.items;
    await rider.patch(`${markersPath}/${spring.id}`, { name: 'Dry spring' });
    await put(rider, id, importId, gpx(track([parallel(9, [1, 45])], 'three'), waypoint([3, 45], 'Well')));
    const names = (await rider.get(markersPath)).json.items.map(({ name }: { name: string }) => name);
    expect([await namesOf(rider, id), names.toSorted()]).toEqual([['three'], ['Dry spring', 'Well']]);
  });

  test.each([
    ['a broken file', '<gpx><trk>', 422, 'imports.unreadable'],
    ['no file', '', 422, 'imports.unreadable'],
    ['a file that another import has', file('other'), 409, 'imports.already_there'],
  ])('%s is refused and changes nothing', async (_, text, status, code) => {
    const { rider, id } = await createVisible({ starts_on: '2029-05-01', daily_distance_m: 50_000 });
    await importFile(rider, id, file('other'));
    const { id: importId } = await importFile(rider, id, file('one'));
    const before = await rowsOf(id);
    const answer = await put(rider, id, importId, text);
    expect([answer.status, answer.json.code], answer.text).toEqual([status, code]);
    expect(await rowsOf(id)).toEqual(before);
  });

  test('a call without the kind, with an old version or by a key that only reads changes nothing', async () => {
    const { rider, id } = await createVisible();
    const { id: importId } = await importFile(rider, id, file('one'));
    await put(rider, id, importId, file('two'));
    const { json: key } = await rider.post('/v1/api-keys', { name: 'Reader', scopes: ['journeys:read'] });
    const asReader = { ...asGpx, token: key.token };
    expect((await rider.put(pathOf(id, importId), file('x'), asGpx)).status).toBe(422);
    expect((await put(rider, id, importId, file('x'), 'plan', { 'If-Match': '"1"' })).status).toBe(412);
    expect((await rider.delete(pathOf(id, importId), { headers: { 'If-Match': '"1"' } })).status).toBe(412);
    expect((await rider.put(`${pathOf(id, importId)}?as=plan`, file('x'), asReader)).status).toBe(403);
    expect((await rider.delete(pathOf(id, importId), { token: key.token })).status).toBe(403);
    expect((await rider.get(pathOf(id), { token: key.token })).json.items).toHaveLength(1);
    expect(await namesOf(rider, id)).toEqual(['two']);
  });

  test('others see the same plan as before where the road stays the same', async () => {
    const rider = await createRider();
    const schedule = { starts_on: '2029-05-01', daily_distance_m: 80_000 };
    const { id } = await createJourney(rider, { visibility: 'public', id: calmJourneyId(rider), ...schedule });
    const line = road.map(([longitude, latitude]) => [longitude, latitude] as const);
    const { id: importId } = await importFile(rider, id, gpx(track([line])));
    const published = await presenceOf(id);
    const planOf = async () =>
      (await sql`select first_at, pace_m, draws from published_plans where journey_id = ${id}`)[0];
    const before = await planOf();
    const halves = gpx(track([line.slice(0, 126)], 'first half'), track([line.slice(125)], 'second half'));
    expect((await put(rider, id, importId, halves)).status).toBe(200);
    expect([await presenceOf(id), await planOf()]).toEqual([published, before]);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('a replaced line is cut by the privacy zones of its rider in the same commit [I34]', async () => {
    const { rider, id } = await createVisible();
    await rider.post('/v1/me/privacy-zones', zoneAt([20.5, 45], { radius_m: 2_000 }));
    const { id: importId } = await importFile(rider, id, gpx(track([parallel(101, [20, 46])])));
    await put(rider, id, importId, file('through the zone'));
    const shown = (await readRoute(await createRider(), id)).flatMap(pointsOf).map(([longitude]) => longitude);
    expect(shown.length).toBeGreaterThan(40);
    expect(shown.every((longitude) => Math.abs(longitude - 20.5) > 0.025)).toBe(true);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('bounds hold for the result, so a full journey can be replaced but does not grow beyond them', async () => {
    const { rider, id } = await createVisible({ visibility: 'private' });
    const { id: importId } = await importFile(rider, id, file('one', 'two'));
    await addLines(id, 998, { ordinalFrom: 2 });
    expect((await put(rider, id, importId, file('three', 'four'))).status).toBe(200);
    const before = await rowsOf(id);
    expect((await put(rider, id, importId, file('five', 'six', 'seven'))).json.code).toBe('tracks.too_many');
    expect(await rowsOf(id)).toEqual(before);
  });

  test('markers beyond the maximum of a journey are refused with the whole file', async () => {
    const { rider, id } = await createVisible({ visibility: 'private' });
    const { id: importId } = await importFile(rider, id, gpx(waypoint([1, 1])));
    await addMarkers(id, 9_999);
    expect((await put(rider, id, importId, gpx(waypoint([2, 1])))).status).toBe(200);
    const answer = await put(rider, id, importId, gpx(waypoint([2, 1]), waypoint([3, 1])));
    expect(answer.json.code).toBe('markers.too_many');
    expect(await countsOf(id)).toMatchObject({ markers: 10_000 });
  });

  test('a replacement counts as an import of the day', async () => {
    const { rider, id } = await createVisible();
    const { id: importId } = await importFile(rider, id, file('one'));
    await put(rider, id, importId, file('two'));
    expect((await rider.get('/v1/me/usage')).json).toMatchObject({
      imports: { used: 1 },
      imports_per_day: { used: 2 },
    });
    await sql`update daily_counts set made = 100 where user_id = ${rider.id} and kind = 'imports'`;
    expect((await put(rider, id, importId, file('three'))).json.code).toBe('usage.too_many_imports_today');
    expect(await namesOf(rider, id)).toEqual(['two']);
  });

  test('ten replacements and a deletion at the same moment leave the lines of one file or none', async () => {
    const { rider, id } = await createVisible();
    const { id: importId } = await importFile(rider, id, file('one'));
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, (_, n) => put(rider, id, importId, file(`a${n}`, `b${n}`))),
      rider.delete(pathOf(id, importId)),
    ]);
    for (const { status, text } of answers) expect([200, 204, 404], text).toContain(status);
    expect(await countsOf(id)).toMatchObject({ tracks: 0 });
    expect(await faultsOf(rider, id)).toEqual([]);
  });
});
