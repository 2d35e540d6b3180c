import { describe, expect, test } from 'vitest';
import { createRider, type Rider } from '../../support/factories.ts';
import { mailsTo, mailTo } from '../../support/mailer.ts';
import { createPlan, ownRoad } from '../discovery/digest.ts';
import { changeConnection } from './pair.ts';

type Encounter = { encounter_id: string; journey: { id: string } | null; rider: { name: string } | null };

/** Anna meets Ben on several of his journeys. Answers the encounters in the order of his journeys. */
async function createMeetings(count: number) {
  const [road, anna, ben] = [ownRoad(), await createRider({ name: 'Anna' }), await createRider({ name: 'Ben' })];
  const mine = await createPlan(anna, road);
  const encountersOf = async (): Promise<Encounter[]> => (await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items;
  const [theirs, ids]: [string[], string[]] = [[], []];
  while (theirs.length < count) {
    theirs.push((await createPlan(ben, road)).id);
    ids.push((await encountersOf()).find(({ encounter_id: id }) => !ids.includes(id))?.encounter_id ?? '');
  }
  const ask = (index: number, rider: Rider = anna) =>
    rider.post('/v1/connections', { encounter_id: ids[index], message: `About ${index}` });
  const received = async () => (await ben.get('/v1/connections')).json.items;
  return { anna, ben, theirs, ids, ask, received, encountersOf };
}

const block = (rider: Rider, { email }: Rider) => rider.post('/v1/blocks', { named_by: 'email', email });

describe('connections of several encounters', () => {
  test('an accepted connection opens the days of the journey of its encounter, and of no other one [I36]', async () => {
    const { anna, ben, theirs, ask } = await createMeetings(2);
    const opened = () => Promise.all(theirs.map(async (id) => (await anna.get(`/v1/journeys/${id}/itinerary`)).status));
    await changeConnection(ben, (await ask(0)).json.id, 'accept');
    expect(await opened()).toEqual([200, 404]);
    const again = await ask(1);
    expect([again.status, again.json.state]).toEqual([201, 'requested']);
    expect(await opened()).toEqual([200, 404]);
    await changeConnection(ben, again.json.id, 'accept');
    expect(await opened()).toEqual([200, 200]);
  });

  test('requests by two encounters do not reveal that they are with the same rider, who gets one mail [I36]', async () => {
    const { ben, ask, received } = await createMeetings(3);
    const [first, second] = [(await ask(0)).json, (await ask(1)).json];
    expect(second.id).not.toBe(first.id);
    expect(second).toEqual({
      ...first,
      id: second.id,
      encounter_id: second.encounter_id,
      message: 'About 1',
      asked_at: second.asked_at,
    });
    expect(await received()).toHaveLength(2);
    await changeConnection(ben, first.id, 'decline');
    const third = (await ask(2)).json;
    expect(third.state).toBe('requested');
    const states = (await received()).map(({ message, state }: { message: string; state: string }) => [message, state]);
    expect(Object.fromEntries(states)).toEqual({
      'About 0': 'declined',
      'About 1': 'requested',
      'About 2': 'declined',
    });
    await mailTo(ben.email);
    expect(await mailsTo(ben.email)).toHaveLength(1);
  });
});

describe('requests and blocks', () => {
  test('a request to a rider whom its sender has blocked looks unanswered and reaches nobody while the block lasts', async () => {
    const { anna, ben, ask, received } = await createMeetings(1);
    const { json } = await block(anna, ben);
    const asked = await ask(0);
    expect([asked.status, asked.json.state, asked.json.rider]).toEqual([201, 'requested', null]);
    expect((await anna.get('/v1/connections')).json.items).toEqual([asked.json]);
    expect(await received()).toEqual([]);
    expect((await ben.get('/v1/notifications')).json.unread_count).toBe(0);
    for (const what of ['accept', 'decline'])
      expect((await changeConnection(ben, asked.json.id, what)).status).toBe(404);
    expect(await mailsTo(ben.email)).toEqual([]);
    await anna.delete(`/v1/blocks/${json.id}`);
    expect(await received()).toMatchObject([{ id: asked.json.id, rider: { name: 'Anna' } }]);
  });
});

/** Anna and Ben are connected by the first of two encounters. */
async function createHalfConnected() {
  const scene = await createMeetings(2);
  const { json } = await scene.ask(0);
  await changeConnection(scene.ben, json.id, 'accept');
  const [first, second] = scene.ids;
  return { ...scene, connectionId: json.id as string, first, second };
}

describe('a connection and the other encounters with its rider', () => {
  test('a connection names the journey of its encounter, and no other one of the same rider [I36]', async () => {
    const { encountersOf, first, theirs } = await createHalfConnected();
    for (const { encounter_id, journey, rider } of await encountersOf()) {
      const isConnected = encounter_id === first;
      expect([journey?.id, rider?.name]).toEqual(isConnected ? [theirs[0], 'Ben'] : [undefined, undefined]);
    }
  });

  test('a block by an encounter does not end the connection of another one, so that it does not reveal the rider [I36]', async () => {
    const { anna, ben, connectionId, second } = await createHalfConnected();
    const before = (await anna.get('/v1/connections')).text;
    const { status } = await anna.post('/v1/blocks', { named_by: 'encounter_id', encounter_id: second });
    expect(status).toBe(201);
    expect((await anna.get('/v1/connections')).text).toBe(before);
    const [seen] = (await ben.get('/v1/connections')).json.items;
    expect([seen.id, seen.rider, seen.message]).toEqual([connectionId, null, '']);
    expect((await ben.delete(`/v1/connections/${connectionId}`)).status).toBe(204);
    expect((await anna.get('/v1/connections')).json.items).toEqual([]);
  });

  test('a block by a sent request does not end the connection of another encounter [I36]', async () => {
    const { anna, ask, connectionId } = await createHalfConnected();
    const { json } = await ask(1);
    await anna.post('/v1/blocks', { named_by: 'connection_id', connection_id: json.id });
    const items = (await anna.get('/v1/connections')).json.items;
    expect(items.map(({ id }: { id: string }) => id).toSorted()).toEqual([connectionId, json.id].toSorted());
  });

  test('a block ends the connection that it names, by the encounter or by the connection', async () => {
    for (const named_by of ['encounter_id', 'connection_id'] as const) {
      const { anna, ben, connectionId, first } = await createHalfConnected();
      const body = { named_by, [named_by]: named_by === 'encounter_id' ? first : connectionId };
      expect((await anna.post('/v1/blocks', body)).status).toBe(201);
      for (const rider of [anna, ben]) expect((await rider.get('/v1/connections')).json.items).toEqual([]);
    }
  });
});
