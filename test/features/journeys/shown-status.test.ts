import { describe, expect, test } from 'vitest';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, freshToken, type Rider } from '../../support/factories.ts';
import { createConnection } from '../connections/connected.ts';
import { createPlan, ownRoad } from '../discovery/digest.ts';
import { pathOf, runNight, seenOf } from './journeys.ts';

const renewed = async (rider: Rider) => ({ token: await freshToken(rider) });

/** The riders can go on after their tokens have expired. */
async function act(rider: Rider, id: string, action: string) {
  const { status, text } = await rider.post(`${pathOf(id)}/${action}`, undefined, await renewed(rider));
  expect(status, text).toBe(200);
}

async function statusFor(viewer: Rider, owner: Rider, id: string): Promise<[read: string, listed: string]> {
  const as = await renewed(viewer);
  const { json: list } = await viewer.get(`/v1/users/${owner.id}/journeys`, as);
  const listed = list.items.find((item: { id: string }) => item.id === id);
  return [(await viewer.get(pathOf(id), as)).json.status, listed.status];
}

const activeFor = async (viewer: Rider, owner: Rider): Promise<string | undefined> =>
  (await viewer.get(`/v1/users/${owner.id}/journeys/active`, await renewed(viewer))).json.id;

/** Everything that a rider gets of another rider and a journey. `mine` is a journey of the viewer over the same road. */
async function outletsOf(viewer: Rider, owner: Rider, id: string, mine: string) {
  const as = await renewed(viewer);
  const paths = [
    ...['', '/route', '/route?as=past', '/itinerary', '/days', '/markers'].map((rest) => `${pathOf(id)}${rest}`),
    ...['', '/journeys', '/journeys/active'].map((rest) => `/v1/users/${owner.id}${rest}`),
    `${pathOf(mine)}/nearby`,
    '/v1/connections',
    '/v1/notifications',
  ];
  return await Promise.all(
    paths.map(async (path) => {
      const answer = await viewer.get(path, as);
      return { path, ...seenOf(answer), etag: answer.headers.get('ETag') };
    }),
  );
}

describe('a status of a public journey', () => {
  test.each([{ delay_h: 168 }])(
    'a status that others have seen stays shown when %j makes the delay longer',
    async (change) => {
      setTime(new Date());
      const [owner, other] = [await createRider(), await createRider()];
      const { id } = await createJourney(owner, { visibility: 'public', delay_h: 48 });
      await act(owner, id, 'activate');
      advance(50, 'hours');
      expect(await statusFor(other, owner, id)).toEqual(['active', 'active']);
      expect((await owner.patch(pathOf(id), change, await renewed(owner))).status).toBe(200);
      expect(await statusFor(other, owner, id)).toEqual(['active', 'active']);
      await act(owner, id, 'complete');
      advance(60, 'hours');
      expect(await statusFor(other, owner, id)).toEqual(['active', 'active']);
    },
  );

  test.each([
    ['activate', 'planned', 'active'],
    ['complete', 'planned', 'completed'],
  ])(
    'the owner sees at once what %s changes, and others after the delay of the journey',
    async (action, before, after) => {
      setTime(new Date());
      const [owner, other] = [await createRider(), await createRider()];
      const { id } = await createJourney(owner, { visibility: 'public', delay_h: 24 });
      await act(owner, id, action);
      expect(await statusFor(owner, owner, id)).toEqual([after, after]);
      expect(await statusFor(other, owner, id)).toEqual([before, before]);
      advance(23, 'hours');
      expect(await statusFor(other, owner, id)).toEqual([before, before]);
      expect(await activeFor(other, owner)).toBe(undefined);
      advance(2, 'hours');
      expect(await statusFor(other, owner, id)).toEqual([after, after]);
      expect(await activeFor(other, owner)).toBe(after === 'active' ? id : undefined);
    },
  );

  test('the same status again does not make others wait longer', async () => {
    setTime(new Date());
    const [owner, other] = [await createRider(), await createRider()];
    const { id } = await createJourney(owner, { visibility: 'public' });
    await act(owner, id, 'activate');
    advance(30, 'hours');
    await act(owner, id, 'activate');
    advance(19, 'hours');
    expect(await activeFor(other, owner)).toBe(id);
  });

  test('what a rider does and undoes within the delay is seen by nobody', async () => {
    setTime(new Date());
    const [owner, other] = [await createRider(), await createRider()];
    const { id } = await createJourney(owner, { visibility: 'public' });
    for (const action of ['activate', 'complete', 'deactivate']) {
      await act(owner, id, action);
      advance(40, 'hours');
      expect(await statusFor(other, owner, id)).toEqual(['planned', 'planned']);
    }
    advance(9, 'hours');
    expect(await statusFor(other, owner, id)).toEqual(['planned', 'planned']);
  });

  test('others go on seeing the journey as active from which the rider has changed to another', async () => {
    setTime(new Date());
    const [owner, other] = [await createRider(), await createRider()];
    const first = await createJourney(owner, { visibility: 'public' });
    const second = await createJourney(owner, { visibility: 'public' });
    await act(owner, first.id, 'activate');
    advance(49, 'hours');
    await act(owner, second.id, 'activate');
    expect(await activeFor(owner, owner)).toBe(second.id);
    expect(await activeFor(other, owner)).toBe(first.id);
    advance(49, 'hours');
    expect(await activeFor(other, owner)).toBe(second.id);
  });

  test('a rider who sees the journey exactly gets the status at once', async () => {
    const { anna, ben, connection, id } = await createConnection();
    await ben.patch(connection, { exact: true });
    await act(ben, id, 'activate');
    expect(await statusFor(anna, ben, id)).toEqual(['active', 'active']);
    expect(await activeFor(anna, ben)).toBe(id);
  });
});

test.each(['activate', 'complete'])(
  'no byte that a stranger or a connected rider gets changes with %s before the delay is over [I34]',
  async (action) => {
    setTime(new Date());
    const { anna, ben, id, annaJourneyPath } = await createConnection();
    await ben.patch(pathOf(id), { visibility: 'public' });
    const road = ownRoad();
    const stranger = await createRider();
    const [mine, near] = [await createPlan(stranger, road), await createPlan(ben, road, { visibility: 'public' })];
    const annas = annaJourneyPath.replace('/v1/journeys/', '');
    const seen = async () => [await outletsOf(anna, ben, id, annas), await outletsOf(stranger, ben, near.id, mine.id)];
    await seen();
    const before = await seen();
    expect(JSON.stringify(before)).toContain('encounter_id');
    for (const journey of [id, near.id]) await act(ben, journey, action);
    expect(await seen()).toEqual(before);
    advance(47, 'hours');
    await runNight();
    expect(await seen()).toEqual(before);
    advance(2, 'hours');
    await runNight();
    expect(await seen()).not.toEqual(before);
  },
);

test('a connected rider sees the days of a completed journey until the night after the delay', async () => {
  setTime(new Date());
  const { anna, ben, id } = await createConnection();
  const status = async () => (await anna.get(`${pathOf(id)}/itinerary`, await renewed(anna))).status;
  await act(ben, id, 'complete');
  advance(49, 'hours');
  expect(await status()).toBe(200);
  await runNight();
  expect(await status()).toBe(404);
  await act(ben, id, 'deactivate');
  await runNight();
  expect(await status()).toBe(404);
  advance(49, 'hours');
  await runNight();
  expect(await status()).toBe(200);
});

test('an edit after the delay does not take a completed journey out of searches before the night', async () => {
  setTime(new Date());
  const road = ownRoad();
  const [anna, ben] = [await createRider(), await createRider()];
  const [mine, theirs] = [await createPlan(anna, road), await createPlan(ben, road)];
  await act(ben, theirs.id, 'complete');
  advance(49, 'hours');
  const meets = async () => (await anna.get(`${pathOf(mine.id)}/nearby`, await renewed(anna))).json.items.length;
  await ben.patch(pathOf(theirs.id), { delay_h: 12 }, await renewed(ben));
  expect(await meets()).toBe(1);
  await runNight();
  expect(await meets()).toBe(0);
});

test('a journey that goes on searches again once others see that it goes on', async () => {
  setTime(new Date());
  const rider = await createRider();
  const { id } = await createPlan(rider, ownRoad(), { delay_h: 24 });
  const search = async () => (await rider.get(`${pathOf(id)}/nearby`, await renewed(rider))).status;
  await act(rider, id, 'complete');
  await act(rider, id, 'activate');
  expect(await search()).toBe(200);
  await act(rider, id, 'complete');
  advance(25, 'hours');
  await runNight();
  await act(rider, id, 'activate');
  expect(await search()).toBe(409);
  advance(25, 'hours');
  await runNight();
  expect(await search()).toBe(200);
});

test('a night has its turn with twenty journeys of a rider, those first that have waited longest', async () => {
  setTime(new Date());
  const rider = await createRider();
  const timestamp = new Date(Date.now() - 72 * 3_600_000).toISOString();
  const place = { type: 'Point', coordinates: [40, -30] };
  for (let n = 0; n < 20; n += 1) {
    const { id } = await createJourney(rider, { visibility: 'discoverable' });
    const marker = { name: 'Camp', marker_type: 'past', coordinates: place, timestamp };
    const { status, text } = await rider.post(`${pathOf(id)}/markers`, marker);
    expect(status, text).toBe(201);
  }
  const { id } = await createJourney(rider);
  await act(rider, id, 'complete');
  advance(49, 'hours');
  const turns = async () => {
    const [row] = await sql`
      select count(refreshed_at)::int as had, (select is_over from journeys where id = ${id}) as is_over
      from journeys where owner_id = ${rider.id}`;
    return row;
  };

  await runNight();
  expect(await turns()).toEqual({ had: 20, is_over: false });
  advance(24, 'hours');
  await runNight();
  expect(await turns()).toEqual({ had: 21, is_over: true });
});
