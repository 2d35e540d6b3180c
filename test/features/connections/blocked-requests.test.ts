import { describe, expect, test } from 'vitest';
import type { Rider } from '../../support/factories.ts';
import { askToConnect, changeConnection, createPair, listConnections, type Side } from './pair.ts';

type Reference = 'user_id' | 'connection_id' | 'encounter_id' | 'email';

const notificationsOf = async ({ rider }: Side) => (await rider.get('/v1/notifications')).json;
const block = (rider: Rider, named_by: Reference, value: string) =>
  rider.post('/v1/blocks', { named_by, [named_by]: value });

/** Ben has asked Anna to connect. `values` says how Anna can name Ben. */
async function createRequest() {
  const [anna, ben] = await createPair();
  const { json: asked } = await askToConnect(ben, 'You cannot stop me');
  const values: Record<Reference, string> = {
    user_id: ben.rider.id,
    connection_id: asked.id,
    encounter_id: anna.encounterId,
    email: ben.rider.email,
  };
  return { anna, ben, asked, values };
}

describe('a request of a blocked rider', () => {
  test.each(['user_id', 'connection_id'] as const)(
    'the request of a rider blocked by %s leaves the list, the notifications and the unread count',
    async (named_by) => {
      const { anna, ben, asked, values } = await createRequest();
      expect(await notificationsOf(anna)).toMatchObject({ unread_count: 1 });
      expect((await block(anna.rider, named_by, values[named_by])).status).toBe(201);
      await ben.rider.patch('/v1/me', { name: 'I find you' });
      expect(await listConnections(anna)).toEqual([]);
      expect(await notificationsOf(anna)).toMatchObject({ items: [], unread_count: 0 });
      expect((await changeConnection(anna.rider, asked.id, 'accept')).status).toBe(404);
    },
  );

  test.each(['encounter_id', 'email', undefined] as const)(
    'a request has the name that its rider had when they asked, with a block by %s as without one [I36]',
    async (named_by) => {
      const { anna, ben, values } = await createRequest();
      const before = await listConnections(anna);
      if (named_by) expect((await block(anna.rider, named_by, values[named_by])).status).toBe(201);
      expect((await ben.rider.patch('/v1/me', { name: 'I find you' })).status).toBe(200);
      expect(await listConnections(anna)).toEqual(before);
      expect(before).toMatchObject([{ rider: { name: 'Ben' } }]);
      expect(await notificationsOf(anna)).toMatchObject({ items: [{ rider: { name: 'Ben' } }], unread_count: 1 });
    },
  );
});

describe('a request that its receiver deletes', () => {
  test('a deleted request leaves the list and the notifications of its receiver, and looks unanswered to its sender', async () => {
    const { anna, ben, asked } = await createRequest();
    const before = await listConnections(ben);
    expect((await anna.rider.delete(`/v1/connections/${asked.id}`)).status).toBe(204);
    expect(await listConnections(anna)).toEqual([]);
    expect(await notificationsOf(anna)).toMatchObject({ items: [], unread_count: 0 });
    expect(await listConnections(ben)).toEqual(before);
    expect((await askToConnect(ben)).json).toEqual(asked);
    expect(await listConnections(anna)).toEqual([]);
  });

  test('a rider who has deleted a request can still ask by its encounter, which connects the two', async () => {
    const { anna, asked } = await createRequest();
    await anna.rider.delete(`/v1/connections/${asked.id}`);
    expect((await askToConnect(anna)).json).toMatchObject({ state: 'accepted', rider: { name: 'Ben' } });
    expect(await listConnections(anna)).toMatchObject([{ id: asked.id, state: 'accepted' }]);
  });
});

describe('accepting a rider whom one has blocked', () => {
  test.each(['encounter_id', 'email'] as const)(
    'accepting a request answers the same whether or not a block by %s means its rider, and the list of blocks does not tell [I36]',
    async (named_by) => {
      const [own, foreign] = [await createRequest(), await createRequest()];
      const seen: unknown[] = [];
      for (const value of [own.values[named_by], foreign.values[named_by]]) {
        const { anna, ben, asked } = seen.length === 0 ? own : await createRequest();
        const { json } = await block(anna.rider, named_by, value);
        const before = (await anna.rider.get('/v1/blocks')).text;
        const accepted = await changeConnection(anna.rider, asked.id, 'accept');
        const isUnchanged = (await anna.rider.get('/v1/blocks')).text === before;
        seen.push([accepted.status, accepted.json.state, isUnchanged]);
        expect((await ben.rider.get('/v1/connections')).json.items).toMatchObject([{ rider: { name: 'Anna' } }]);
        expect(json.id).toBeDefined();
      }
      expect(seen).toEqual([
        [200, 'accepted', true],
        [200, 'accepted', true],
      ]);
    },
  );

  test('a block that an acceptance has ended applies again when it is made again', async () => {
    const { anna, ben, asked, values } = await createRequest();
    await block(anna.rider, 'email', values.email);
    await changeConnection(anna.rider, asked.id, 'accept');
    expect((await ben.rider.get(`/v1/users/${anna.rider.id}`)).status).toBe(200);
    await block(anna.rider, 'email', values.email);
    expect((await ben.rider.get(`/v1/users/${anna.rider.id}`)).status).toBe(404);
    expect(await listConnections(ben)).toEqual([]);
  });

  test('asking by the encounter of a request of a rider blocked by id connects the two and ends the block', async () => {
    const { anna, ben, values } = await createRequest();
    await block(anna.rider, 'user_id', values.user_id);
    expect((await askToConnect(anna)).json).toMatchObject({ state: 'accepted' });
    expect((await anna.rider.get('/v1/blocks')).json.items).toEqual([]);
    expect(await listConnections(ben)).toMatchObject([{ rider: { name: 'Anna' } }]);
  });
});
