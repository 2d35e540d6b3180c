import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { presenceOf } from '../discovery/brute-force.ts';
import { plan } from '../discovery/calm-plan.ts';
import { zoneAt } from '../privacy/zones.ts';
import { faultsOf, namesOf, tracksOf } from './changes.ts';
import { gpx, importFile, parallel, pointsOf, readRoute, track } from './lines.ts';
import { unfitting } from './schema.ts';

const pathOf = (id: string, trackId = '') => `/v1/journeys/${id}/tracks${trackId && `/${trackId}`}`;
const list = ['/v1/journeys/{id}/tracks', 'get'] as const;

/** A journey with planned lines of these names, each a degree east of the one before and joining it. */
async function createDays(names: readonly string[], fields: Record<string, unknown> = {}) {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'public', ...fields });
  await importFile(rider, id, gpx(...names.map((name, n) => track([parallel(101, [20 + n, 45])], name))));
  return { rider, id };
}

async function trackCalled(rider: Rider, id: string, name: string) {
  const found = (await tracksOf(rider, id)).find((one) => one.name === name);
  if (!found) throw new Error(`no line ${name}`);
  return found;
}

async function mustMove(rider: Rider, id: string, name: string, position: number) {
  const { status, json, text } = await rider.patch(pathOf(id, (await trackCalled(rider, id, name)).id), { position });
  if (status !== 200) throw new Error(text);
  return json;
}

describe('the list of lines', () => {
  test('the list has planned lines, then ridden ones, each with its place, its length and its import', async () => {
    const { rider, id } = await createDays(['one', 'two']);
    const receipt = await importFile(rider, id, gpx(track([parallel(5, [1, 1])], 'ride')), 'past');
    const { json, text } = await rider.get(pathOf(id));
    expect(
      json.items.map(({ kind, position, name }: Record<string, unknown>) => [kind, position, name]),
      text,
    ).toEqual([
      ['plan', 1, 'one'],
      ['plan', 2, 'two'],
      ['past', 1, 'ride'],
    ]);
    expect(json.items[2]).toMatchObject({
      journey_id: id,
      import_id: receipt.id,
      distance_m: receipt.distance_m,
      points: 5,
      version: 1,
    });
    expect(json.items.slice(0, 2).map((one: { id: string }) => one.id)).toEqual(
      (await readRoute(rider, id)).map((feature) => feature.id),
    );
    expect(await unfitting(list, 'application/json', json)).toEqual([]);
  });

  test('pages of the list together have each line once', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three']);
    await importFile(rider, id, gpx(track([parallel(5, [1, 1])], 'ride')), 'past');
    const names: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { json } = await rider.get(pathOf(id) + query);
      names.push(...json.items.map(({ name }: { name: string }) => name));
      if (json.next_cursor === null) break;
      query = `?limit=2&cursor=${json.next_cursor}`;
    }
    expect(names).toEqual(['one', 'two', 'three', 'ride']);
  });

  test('a journey without lines has an empty list, and a journey of another rider none', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const { id } = await createJourney(rider, { visibility: 'public' });
    expect((await rider.get(pathOf(id))).json).toEqual({ items: [], next_cursor: null });
    expect((await stranger.get(pathOf(id))).json.code).toBe('journeys.not_found');
  });
});

describe('a renamed line', () => {
  test('a new name stands in the list and in the route, and raises the version', async () => {
    const { rider, id } = await createDays(['one']);
    const { id: trackId } = await trackCalled(rider, id, 'one');
    const { status, json, headers, text } = await rider.patch(pathOf(id, trackId), { name: '  Day 1 ' });
    expect([status, json.name, json.version, headers.get('ETag')], text).toEqual([200, 'Day 1', 2, '"2"']);
    expect((await readRoute(rider, id)).map(({ properties }) => properties.name)).toEqual(['Day 1']);
    expect((await rider.patch(pathOf(id, trackId), { name: null })).json).toMatchObject({ name: null, version: 3 });
    expect(await namesOf(rider, id)).toEqual([null]);
  });

  test('a name changes nothing that others see, and they do not get it', async () => {
    const { rider, id } = await createDays(['one', 'two'], { starts_on: '2029-05-01', daily_distance_m: 50_000 });
    const stranger = await createRider();
    const see = async () => [await presenceOf(id), await readRoute(stranger, id)];
    const before = await see();
    await rider.patch(pathOf(id, (await trackCalled(rider, id, 'one')).id), { name: 'From home' });
    expect(await see()).toEqual(before);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test.each([
    { name: '' },
    { name: 'x'.repeat(201) },
    { name: 7 },
    { position: 0 },
    { position: 1_001 },
    { position: 1.5 },
    { position: null },
    { kind: 'past' },
    { distance_m: 1 },
  ])('the changes %j are refused and change nothing', async (changes) => {
    const { rider, id } = await createDays(['one', 'two']);
    const before = await tracksOf(rider, id);
    expect((await rider.patch(pathOf(id, before[0]?.id), changes)).status).toBe(422);
    expect(await tracksOf(rider, id)).toEqual(before);
  });
});

describe('the order of lines', () => {
  test.each([
    ['three', 1, ['three', 'one', 'two', 'four']],
    ['one', 3, ['two', 'three', 'one', 'four']],
    ['two', 2, ['one', 'two', 'three', 'four']],
    ['one', 4, ['two', 'three', 'four', 'one']],
    ['one', 900, ['two', 'three', 'four', 'one']],
    ['four', 1, ['four', 'one', 'two', 'three']],
  ])('line %s moved to place %i leaves the others in their order', async (name, position, order) => {
    const { rider, id } = await createDays(['one', 'two', 'three', 'four']);
    expect((await mustMove(rider, id, name, position)).position).toBe(Math.min(position, 4));
    expect(await namesOf(rider, id)).toEqual(order);
    expect((await readRoute(rider, id)).map(({ properties }) => properties.name)).toEqual(order);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('a line moves among the lines of its kind only, many times over, and new lines come last', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three']);
    await importFile(rider, id, gpx(track([parallel(5, [1, 1])], 'ride'), track([parallel(5, [2, 1])], 'way')), 'past');
    for (let round = 0; round < 7; round += 1) {
      await mustMove(rider, id, 'three', 1);
      await mustMove(rider, id, 'three', 3);
      await mustMove(rider, id, 'way', 1);
      await mustMove(rider, id, 'way', 2);
    }
    await importFile(rider, id, gpx(track([parallel(5, [3, 1])], 'last')));
    expect(await namesOf(rider, id)).toEqual(['one', 'two', 'three', 'last', 'ride', 'way']);
    const [row] = await sql`select max(ordinal) as highest from tracks where journey_id = ${id}`;
    expect(row?.highest).toBeLessThan(12);
  });

  test('days and the joins of published lines follow the order', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three'], {
      starts_on: '2029-05-01',
      daily_distance_m: 78_000,
    });
    const stranger = await createRider();
    const daysOf = async () => (await rider.get(`/v1/journeys/${id}/days`)).json.items[0].start.coordinates[0];
    expect(await daysOf()).toBe(20);
    expect((await readRoute(stranger, id))[0]?.geometry.type).toBe('LineString');
    await mustMove(rider, id, 'three', 1);
    expect(await daysOf()).toBe(22);
    expect((await readRoute(stranger, id))[0]?.geometry.type).toBe('MultiLineString');
    expect(await faultsOf(rider, id)).toEqual([]);
    await mustMove(rider, id, 'three', 3);
    expect((await readRoute(stranger, id))[0]?.geometry.type).toBe('LineString');
  });

  test('twenty moves at the same moment all succeed, and each line keeps a place of its own', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three', 'four']);
    const tracks = await tracksOf(rider, id);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => rider.patch(pathOf(id, tracks[n % 4]?.id), { position: 1 + (n % 3) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await tracksOf(rider, id)).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect((await namesOf(rider, id)).toSorted()).toEqual(['four', 'one', 'three', 'two']);
  });
});

describe('a deleted line', () => {
  test('a deleted line is gone from the list, the route, the usage and what others see', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three']);
    const stranger = await createRider();
    const { id: trackId, points } = await trackCalled(rider, id, 'two');
    const before = (await rider.get('/v1/me/usage')).json;
    const { status, text } = await rider.delete(pathOf(id, trackId));
    expect([status, text]).toEqual([204, '']);
    expect(await namesOf(rider, id)).toEqual(['one', 'three']);
    expect((await tracksOf(rider, id)).map(({ position }) => position)).toEqual([1, 2]);
    const after = (await rider.get('/v1/me/usage')).json;
    expect([after.lines.used, after.points.used]).toEqual([2, before.points.used - points]);
    const shown = (await readRoute(stranger, id)).flatMap(pointsOf).map(([longitude]) => longitude);
    expect(shown.filter((longitude) => longitude > 20.99 && longitude < 22.01)).toEqual([]);
    expect(await faultsOf(rider, id)).toEqual([]);
    expect((await rider.delete(pathOf(id, trackId))).json.code).toBe('tracks.not_found');
  });

  test('the ends beside a deleted line are hidden as the ends of a plan are [I34]', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three']);
    const stranger = await createRider();
    await rider.delete(pathOf(id, (await trackCalled(rider, id, 'two')).id));
    const shown = (await readRoute(stranger, id)).flatMap(pointsOf).map(([longitude]) => longitude);
    // Two kilometres are 0.0254 degrees here.
    for (const end of [21, 22]) {
      expect(
        shown.filter((longitude) => Math.abs(longitude - end) < 0.025),
        String(end),
      ).toEqual([]);
    }
  });

  test('a journey that begins later leaves presence at once when its only line is deleted', async () => {
    const { rider, id } = await createDays(['one'], { starts_on: '2029-05-01', daily_distance_m: 50_000 });
    expect((await presenceOf(id)).length).toBeGreaterThan(0);
    await rider.delete(pathOf(id, (await trackCalled(rider, id, 'one')).id));
    expect(await presenceOf(id)).toEqual([]);
    expect(await readRoute(await createRider(), id)).toEqual([]);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('lines keep what a privacy zone hides after moves and deletions [I34]', async () => {
    const { rider, id } = await createDays(['one', 'two', 'three']);
    const stranger = await createRider();
    await rider.post('/v1/me/privacy-zones', zoneAt([20.5, 45], { radius_m: 2_000 }));
    const isHidden = async () =>
      (await readRoute(stranger, id)).flatMap(pointsOf).every(([longitude]) => Math.abs(longitude - 20.5) > 0.025);
    expect(await isHidden()).toBe(true);
    await mustMove(rider, id, 'one', 2);
    expect(await isHidden()).toBe(true);
    await rider.delete(pathOf(id, (await trackCalled(rider, id, 'two')).id));
    expect(await isHidden()).toBe(true);
    expect((await readRoute(stranger, id)).flatMap(pointsOf).length).toBeGreaterThan(100);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('of ten deletions at the same moment one succeeds', async () => {
    const { rider, id } = await createDays(['one', 'two']);
    const path = pathOf(id, (await trackCalled(rider, id, 'one')).id);
    const answers = await Promise.all(Array.from({ length: 10 }, () => rider.delete(path)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(9).fill(404)]);
    expect(await namesOf(rider, id)).toEqual(['two']);
    expect(await faultsOf(rider, id)).toEqual([]);
  });

  test('a line that is deleted while its rider has another version stays', async () => {
    const { rider, id } = await createDays(['one']);
    const path = pathOf(id, (await trackCalled(rider, id, 'one')).id);
    await rider.patch(path, { name: 'first' });
    const old = { headers: { 'If-Match': '"1"' } };
    expect((await rider.delete(path, old)).status).toBe(412);
    expect((await rider.patch(path, { name: 'second' }, old)).status).toBe(412);
    expect(await namesOf(rider, id)).toEqual(['first']);
  });

  test('others see the same days as before when a line is deleted and drawn again', async () => {
    const rider = await createRider();
    const id = await plan(rider);
    const published = await presenceOf(id);
    const [line] = await tracksOf(rider, id);
    const points = (await readRoute(rider, id)).flatMap(pointsOf);
    await rider.delete(pathOf(id, line?.id));
    expect(await presenceOf(id)).toEqual([]);
    await importFile(rider, id, gpx(track([points], 'drawn again')));
    expect(await presenceOf(id)).toEqual(published);
  });
});

test('an API key without journeys:write reads the lines and changes none', async () => {
  const { rider, id } = await createDays(['one']);
  const { json: key } = await rider.post('/v1/api-keys', { name: 'Reader', scopes: ['journeys:read'] });
  const as = { token: key.token };
  const { id: trackId } = await trackCalled(rider, id, 'one');
  expect((await rider.get(pathOf(id), as)).status).toBe(200);
  expect((await rider.patch(pathOf(id, trackId), { name: 'x' }, as)).status).toBe(403);
  expect((await rider.delete(pathOf(id, trackId), as)).status).toBe(403);
  expect(await namesOf(rider, id)).toEqual(['one']);
});
