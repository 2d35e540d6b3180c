import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider } from '../../support/factories.ts';
import { batchOf, createMarker, markersOf, newMarker, pointAt, readAll } from './markers.ts';

const withIds = (count: number) => Array.from({ length: count }, () => newMarker({ id: uuidv7() }));
const idsOf = (markers: readonly { id?: string }[]) => markers.map(({ id }) => id);

test('500 markers in one request are created and answered in the order sent', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const markers = Array.from({ length: 500 }, (_, n) =>
    newMarker({
      name: `Stop ${n}: "quoted", {braced}, back\\slash, 🚲`,
      coordinates: pointAt(n / 4, n / 10),
      ...(n % 2 ? { marker_type: 'past', timestamp: '2026-06-12T08:30:00.123Z' } : { notes: 'line\nbreak' }),
    }),
  );
  const { status, json, text } = await rider.post(batchOf(id), { markers: markers.toReversed() });
  expect(status, text).toBe(201);
  expect(json.items.toReversed()).toMatchObject(markers);
  expect(await readAll(rider, id)).toHaveLength(500);
});

test('a batch sent again in whole, in part or in another order changes nothing [P9]', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const markers = withIds(20);
  const first = await rider.post(batchOf(id), { markers });
  expect(first.status, first.text).toBe(201);
  const state = await readAll(rider, id);

  const changed = markers.map((marker) => ({ ...marker, name: 'Sent again with another name' }));
  const again = await Promise.all([
    rider.post(batchOf(id), { markers }),
    rider.post(batchOf(id), { markers: changed.toReversed() }),
    rider.post(batchOf(id), { markers: changed.slice(5, 15) }),
    ...changed.slice(0, 5).map((marker) => rider.post(markersOf(id), marker)),
  ]);
  expect(again.map(({ status }) => status)).toEqual(Array(8).fill(201));
  expect(again[0]?.json).toEqual(first.json);
  expect(again[1]?.json.items).toEqual(first.json.items.toReversed());
  expect(again[2]?.json.items).toEqual(first.json.items.slice(5, 15));
  expect(again[3]?.json).toEqual(first.json.items[0]);
  expect(await readAll(rider, id)).toEqual(state);
});

test('twenty simultaneous copies of one batch create its markers once', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const markers = withIds(10);
  const answers = await Promise.all(Array.from({ length: 20 }, () => rider.post(batchOf(id), { markers })));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(idsOf(await readAll(rider, id)).toSorted()).toEqual(idsOf(markers).toSorted());
});

test('a batch with an id in use in another journey creates a marker of its own [I14]', async () => {
  const [rider, other] = [await createRider(), await createRider()];
  const [mine, alsoMine] = [await createJourney(rider), await createJourney(rider)];
  const theirs = await createJourney(other);
  const before = await createMarker(other, theirs.id);
  const elsewhere = await createMarker(rider, alsoMine.id);

  for (const { id } of [before, elsewhere]) {
    const made = await rider.post(batchOf(mine.id), { markers: [...withIds(3), newMarker({ id, name: 'Mine' })] });
    expect(made).toMatchObject({ status: 201 });
    const path = `${markersOf(mine.id)}/${id}`;
    const first = { headers: { 'If-Match': '"1"' } };
    expect(await rider.patch(path, { name: 'Changed' }, first)).toMatchObject({ status: 200, json: { version: 2 } });
    expect(await rider.patch(path, { name: 'Late' }, first)).toMatchObject({ status: 412 });
    expect(await rider.delete(path)).toMatchObject({ status: 204 });
  }
  expect(await readAll(rider, mine.id)).toHaveLength(6);
  for (const { path, name } of [before, elsewhere]) {
    const reader = path === before.path ? other : rider;
    expect((await reader.get(path)).json).toMatchObject({ name, version: 1 });
  }
});

test('two riders who send the same ids at once get markers of their own', async () => {
  const riders = [await createRider(), await createRider()];
  const journeys = await Promise.all(riders.map((rider) => createJourney(rider)));
  for (let round = 0; round < 10; round += 1) {
    const markers = withIds(400);
    const answers = await Promise.all(
      riders.map((rider, index) =>
        rider.post(batchOf(String(journeys[index]?.id)), { markers: index ? markers : markers.toReversed() }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const ids = idsOf(markers);
    expect(await sql`select count(*)::int from markers where id = any(${ids}) group by journey_id`).toEqual([
      { count: 400 },
      { count: 400 },
    ]);
  }
});

test('a batch with the same id twice is refused, even in different case', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const [first, second, third] = withIds(3);
  const markers = [first, second, third, { ...second, id: String(second?.id).toUpperCase() }];
  const { status, json } = await rider.post(batchOf(id), { markers });
  expect(status).toBe(422);
  expect(json.errors).toEqual([{ path: 'markers.3.id', message: expect.any(String) }]);
  expect(await readAll(rider, id)).toEqual([]);
});

test('an invalid marker in a batch is reported by its index, and nothing of the batch is saved', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  const refused = async (body: unknown) => {
    const { status, json, text } = await rider.post(batchOf(id), body);
    expect(status, text).toBe(422);
    return json.errors.map(({ path }: { path: string }) => path);
  };
  const pathsOf = (markers: unknown) => refused({ markers });
  const good = newMarker();
  expect(await pathsOf([good, good, good, { ...good, coordinates: pointAt(0, 91) }])).toEqual([
    'markers.3.coordinates.coordinates.1',
  ]);
  expect(await pathsOf([good, { ...good, coordinates: undefined }])).toEqual(['markers.1.coordinates']);
  expect(await pathsOf([good, { ...good, timestamp: '2026-06-12T08:30:00Z' }])).toEqual(['markers.1.timestamp']);
  expect(await pathsOf([{ ...good, journey_id: id }])).toEqual(['markers.0.journey_id']);
  expect(await pathsOf([])).toEqual(['markers']);
  expect(await pathsOf(Array(501).fill(good))).toEqual(['markers']);
  for (const markers of [null, 7, 'text', {}]) expect(await pathsOf(markers)).toEqual(['markers']);
  for (const body of [null, 7, [good]]) expect(await refused(body)).toEqual(['']);
  expect(await refused({})).toEqual(['markers']);
  expect(await refused({ ...good, markers: [good] })).toContain('name');
  expect(await readAll(rider, id)).toEqual([]);
});

test('a journey holds at most 10,000 markers, and a full journey still answers repeated requests', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider);
  await sql`
    insert into markers (id, journey_id, name, marker_type, position, cell, created_at, updated_at)
    select gen_random_uuid(), ${id}, 'Stop ' || n, 'plan', 'POINT(16 48)', 0, '2026-01-01', '2026-01-01'
    from generate_series(1, 9998) as n`;
  const full = { status: 409, json: { code: 'markers.too_many' } };
  const markers = withIds(2);

  expect(await rider.post(batchOf(id), { markers: withIds(3) })).toMatchObject(full);
  expect((await rider.post(batchOf(id), { markers })).status).toBe(201);
  expect((await rider.post(batchOf(id), { markers })).status).toBe(201);
  expect(await rider.post(markersOf(id), newMarker())).toMatchObject(full);
  const [counted] = await sql`select count(*)::int as markers from markers where journey_id = ${id}`;
  expect(counted).toEqual({ markers: 10_000 });
});
