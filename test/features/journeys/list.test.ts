import { describe, expect, test } from 'vitest';
import { advance, setTime } from '../../support/clock.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { pathOf, readAll } from './journeys.ts';

const namesOf = (journeys: readonly { name: string }[]) => journeys.map(({ name }) => name);

/** Three journeys have the same millisecond, so that the time alone does not decide their order. */
async function createMany(rider: Rider, count: number): Promise<void> {
  for (let n = 0; n < count; n += 3) {
    advance(1, 'seconds');
    const batch = Array.from({ length: Math.min(3, count - n) }, (_, k) => createJourney(rider, { name: `${n + k}` }));
    await Promise.all(batch);
  }
}

test('journeys are listed newest first', async () => {
  const rider = await createRider();
  for (const name of ['first', 'second', 'third']) {
    advance(1, 'seconds');
    await createJourney(rider, { name });
  }
  expect(namesOf(await readAll(rider))).toEqual(['third', 'second', 'first']);
});

test('45 journeys are paged through without loss or repeat with every page size', async () => {
  const rider = await createRider();
  await createMany(rider, 45);
  const whole = await readAll(rider);
  expect(new Set(namesOf(whole))).toEqual(new Set(Array.from({ length: 45 }, (_, n) => `${n}`)));
  expect(whole).toHaveLength(45);
  for (const query of ['', '?limit=1', '?limit=7', '?limit=44', '?limit=45']) {
    expect(await readAll(rider, `/v1/journeys${query}`), query).toEqual(whole);
  }
  const first = await rider.get('/v1/journeys');
  expect(first.json.items).toEqual(whole.slice(0, 20));
  expect((await rider.get(`/v1/journeys?cursor=${first.json.next_cursor}`)).json.items).toEqual(whole.slice(20, 40));
  const last = await rider.get('/v1/journeys?limit=45');
  expect([last.json.next_cursor, last.headers.get('Link')]).toEqual([null, null]);
});

test('paging stays complete while journeys are created, changed and deleted between pages', async () => {
  const rider = await createRider();
  await createMany(rider, 40);
  const whole = await readAll(rider);
  const [seen, unseen] = [whole[6], whole[38]];
  const walked = await readAll(rider, '/v1/journeys?limit=7', async () => {
    advance(1, 'seconds');
    await createJourney(rider, { name: 'new' });
    // The row that the next page's cursor stands on, and one that is still to come.
    await rider.delete(pathOf(seen.id));
    await rider.patch(pathOf(unseen.id), { description: 'changed' });
  });
  expect(namesOf(walked)).toEqual(namesOf(whole));
});

describe('lists filtered by status', () => {
  test('a list filtered by status holds only journeys of that status, on every page', async () => {
    const rider = await createRider();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const ids = [];
    for (const name of names) {
      advance(1, 'seconds');
      ids.push((await createJourney(rider, { name })).id);
    }
    for (const id of [ids[1], ids[3], ids[5]]) await rider.post(`${pathOf(String(id))}/complete`);
    await rider.post(`${pathOf(String(ids[6]))}/activate`);
    const list = async (status: string) => namesOf(await readAll(rider, `/v1/journeys?limit=2&status=${status}`));
    expect(await list('completed')).toEqual(['f', 'd', 'b']);
    expect(await list('active')).toEqual(['g']);
    expect(await list('planned')).toEqual(['e', 'c', 'a']);
  });

  test.each(['', 'Active', 'archived', 'planned,active', '%27'])('the status filter %j is refused', async (status) => {
    const rider = await createRider();
    const refused = { status: 422, json: { errors: [{ path: 'status' }] } };
    expect(await rider.get(`/v1/journeys?status=${status}`)).toMatchObject(refused);
  });
});

describe('journeys of other riders in the list [I6]', () => {
  test.each(['user_id', 'owner_id', 'ownerId', 'viewerId', 'visibility', 'sort', 'filter', 'q'])(
    'the unknown parameter %s is refused in the list of journeys [K16]',
    async (name) => {
      const [owner, stranger] = [await createRider(), await createRider()];
      await createJourney(owner, { visibility: 'public' });
      const refused = { status: 400, json: { code: 'http.unknown_parameter' } };
      expect(await stranger.get(`/v1/journeys?${name}=${owner.id}`)).toMatchObject(refused);
    },
  );

  test('a cursor works only for its rider and its list, and a forged cursor is refused [I28]', async () => {
    const [rider, other] = [await createRider(), await createRider()];
    await createMany(rider, 3);
    await createMany(other, 3);
    const { json } = await rider.get('/v1/journeys?limit=1');
    const cursor: string = json.next_cursor;
    const refused = { status: 400, json: { code: 'http.invalid_cursor' } };

    expect((await rider.get(`/v1/journeys?cursor=${cursor}`)).json.items).toHaveLength(2);
    expect(await other.get(`/v1/journeys?cursor=${cursor}`)).toMatchObject(refused);
    expect(await rider.get(`/v1/journeys?status=planned&cursor=${cursor}`)).toMatchObject(refused);
    expect(await rider.get(`/v1/users/${other.id}/journeys?cursor=${cursor}`)).toMatchObject(refused);
    const madeUp = [btoa('["2030-01-01T00:00:00.000Z","ffffffff-ffff-4fff-bfff-ffffffffffff"]'), cursor.slice(1)];
    for (const made of [...madeUp, `${cursor}A`, 'x', '%00', '']) {
      expect((await rider.get(`/v1/journeys?cursor=${made}`)).status, made).toBe(400);
    }
  });
});

test('the limit of a list of journeys is a plain number from 1 to 100 [K15]', async () => {
  const rider = await createRider();
  for (const limit of ['0', '-1', '101', '1000000000', '0x10', '1e1', '%207', '', '1.5', '5&limit=9']) {
    expect((await rider.get(`/v1/journeys?limit=${limit}`)).status, limit).toBe(422);
  }
});

test('a rider without journeys has an empty list', async () => {
  const rider = await createRider();
  expect(await rider.get('/v1/journeys')).toMatchObject({ status: 200, json: { items: [], next_cursor: null } });
});

test('the order is stable for journeys created at the same moment [K9]', async () => {
  const rider = await createRider();
  setTime(new Date());
  await Promise.all(Array.from({ length: 9 }, (_, n) => createJourney(rider, { name: `${n}` })));
  const whole = await readAll(rider);
  expect(new Set(whole.map(({ created_at }) => created_at)).size).toBe(1);
  expect(await readAll(rider, '/v1/journeys?limit=2')).toEqual(whole);
});
