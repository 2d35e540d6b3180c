import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import type { Rider } from '../../support/factories.ts';
import { askToConnect, createConnectedPair, createPair, listConnections, type Side } from './pair.ts';

const becomeGuest = (rider: Rider) => sql`update users set role = 'guest' where id = ${rider.id}`;
const leaving: [how: string, leave: (rider: Rider) => Promise<unknown>][] = [
  ['hides', (rider) => rider.post('/v1/me/hide')],
  ['takes back that they are an adult', (rider) => rider.patch('/v1/me', { adult: false })],
  ['becomes a guest', becomeGuest],
];

const readJourney = async (viewer: Rider, { journeyId }: Side): Promise<number[]> => {
  const statuses: number[] = [];
  for (const part of ['', '/days', '/route', '/itinerary'])
    statuses.push((await viewer.get(`/v1/journeys/${journeyId}${part}`)).status);
  return statuses;
};

/** Anna has asked Ben, is connected with him, and sees his journey exactly. */
async function createExactPair() {
  const scene = await createConnectedPair();
  const granted = await scene.ben.rider.patch(`/v1/connections/${scene.id}`, { exact: true });
  expect([granted.status, await readJourney(scene.anna.rider, scene.ben)]).toEqual([200, [200, 200, 200, 200]]);
  return scene;
}

describe.each(leaving)('a connected rider who %s', (how, leave) => {
  test(`a connected rider who ${how} no longer sees the other's journey, name and address`, async () => {
    const { anna, ben } = await createExactPair();
    await leave(anna.rider);
    expect(await readJourney(anna.rider, ben)).toEqual([404, 404, 404, 404]);
    expect(await listConnections(anna)).toMatchObject([
      { state: 'accepted', rider: null, exact: { granted: false, received: false } },
    ]);
  });

  test(`the connection with a rider who ${how} shows nothing of them, and the other can end it`, async () => {
    const { anna, ben, id } = await createExactPair();
    await leave(anna.rider);
    expect(await listConnections(ben)).toMatchObject([
      { id, state: 'accepted', rider: null, message: '', exact: { granted: true, received: false } },
    ]);
    expect((await ben.rider.get('/v1/notifications')).json.items).toEqual([]);
    const changed = await ben.rider.patch(`/v1/connections/${id}`, { exact: false });
    expect([changed.status, changed.json.exact.granted, changed.json.rider]).toEqual([200, false, null]);
    expect((await ben.rider.delete(`/v1/connections/${id}`)).status).toBe(204);
    expect(await listConnections(ben)).toEqual([]);
  });
});

test('a connected rider who returns sees the other again, as far as the other still shows it', async () => {
  const { anna, ben } = await createExactPair();
  await anna.rider.post('/v1/me/hide');
  await anna.rider.post('/v1/me/unhide');
  expect(await readJourney(anna.rider, ben)).toEqual([200, 200, 200, 200]);
  expect(await listConnections(anna)).toMatchObject([{ rider: { name: 'Ben' }, exact: { received: true } }]);
});

test('a request disappears for its receiver while one of the two is hidden, and its sender can still withdraw it', async () => {
  for (const isSender of [true, false]) {
    const [anna, ben] = await createPair();
    const { json } = await askToConnect(anna);
    await (isSender ? anna : ben).rider.post('/v1/me/hide');
    expect(await listConnections(ben)).toEqual([]);
    expect((await ben.rider.get('/v1/notifications')).json.items).toEqual([]);
    expect(await listConnections(anna)).toEqual([json]);
    expect((await anna.rider.delete(`/v1/connections/${json.id}`)).status).toBe(204);
    await (isSender ? anna : ben).rider.post('/v1/me/unhide');
    expect(await listConnections(ben)).toEqual([]);
  }
});
