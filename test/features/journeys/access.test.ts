import { describe, expect, test } from 'vitest';
import { type Answer, anonymous, type Client } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat } from '../../support/factories.ts';
import { pathOf, readAll, seenOf, stateOf } from './journeys.ts';

const line = Array.from({ length: 100 }, (_, n): LonLat => [16 + n / 100, 48]);
const gpx = gpxOf(line);
const asGpx = { headers: { 'Content-Type': 'application/gpx+xml' } };

/** A journey with something of everything hanging on it. */
async function createOwned(visibility: string) {
  const owner = await createRider();
  const { id } = await createJourney(owner, { visibility, starts_on: '2027-06-01', daily_distance_m: 50_000 });
  await importPlan(owner, id, gpx);
  const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
  await owner.post(`${pathOf(id)}/markers`, marker);
  return { owner, id };
}

type Send = (rider: Client, id: string) => Promise<Answer>;

const always: Record<string, Send> = {
  'I2, T4: changing': (rider, id) => rider.patch(pathOf(id), { name: 'Mine now' }),
  'I2: publishing': (rider, id) => rider.patch(pathOf(id), { visibility: 'public' }),
  'I3, T4: deleting': (rider, id) => rider.delete(pathOf(id)),
  'I4, T5: activating': (rider, id) => rider.post(`${pathOf(id)}/activate`),
  'I4, T5: deactivating': (rider, id) => rider.post(`${pathOf(id)}/deactivate`),
  'I4, T5: completing': (rider, id) => rider.post(`${pathOf(id)}/complete`),
  'I16: importing into': (rider, id) => rider.post(`${pathOf(id)}/imports?as=plan`, gpx, asGpx),
  'I31: the stats of': (rider, id) => rider.get(`${pathOf(id)}/stats`),
  'I31, T10: looking around from': (rider, id) => rider.get(`${pathOf(id)}/nearby`),
};

const whereNotPublic: Record<string, Send> = {
  'I1: reading': (rider, id) => rider.get(pathOf(id)),
  'I16: the planned line of': (rider, id) => rider.get(`${pathOf(id)}/route`),
  'I16: the ridden line of': (rider, id) => rider.get(`${pathOf(id)}/route?as=past&max_points=2`),
};

const all = { ...always, ...whereNotPublic };
const cases = (calls: Record<string, Send>, visibilities: string[]) =>
  Object.entries(calls).flatMap(([name, send]) => visibilities.map((visibility) => ({ name, send, visibility })));

describe("I33: another rider's journey", () => {
  test.each([
    ...cases(whereNotPublic, ['private', 'discoverable']),
    ...cases(always, ['private', 'discoverable', 'public']),
  ])('$name one that is $visibility is like in none at all', async ({ send, visibility }) => {
    const [{ id }, stranger] = [await createOwned(visibility), await createRider()];
    const before = await stateOf(id);
    const none = await send(stranger, crypto.randomUUID());
    expect(none).toMatchObject({ status: 404, json: { code: 'journeys.not_found' } });
    expect(seenOf(await send(stranger, id))).toEqual(seenOf(none));
    expect(seenOf(await send(stranger, id.toUpperCase()))).toEqual(seenOf(none));
    expect(await stateOf(id)).toEqual(before);
    expect(await readAll(stranger)).toEqual([]);
  });

  test.each(Object.entries(all))('%s one without a credential is refused', async (_, send) => {
    const { owner, id } = await createOwned('public');
    const before = await stateOf(id);
    const missing = { status: 401, json: { code: 'auth.authentication_required' } };
    expect(await send(anonymous(), id)).toMatchObject(missing);
    expect(await stateOf(id)).toEqual(before);
    expect((await send(owner, id)).status).toBeLessThan(500);
  });

  test.each(Object.entries(all))('T24: %s one whose id is none is refused', async (_, send) => {
    const rider = await createRider();
    for (const id of ['7', 'me', 'null', "'", '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b0']) {
      const answer = await send(rider, id);
      expect(answer, id).toMatchObject({ status: 422, json: { errors: [{ path: 'id' }] } });
    }
  });
});

test('C9: a session revoked reads and writes nothing, whatever the call', async () => {
  const { owner, id } = await createOwned('private');
  const before = await stateOf(id);
  await sql`update sessions set revoked_at = now() where id = ${owner.sessionId}`;
  for (const [name, send] of Object.entries(all)) {
    expect(await send(owner, id), name).toMatchObject({ status: 401, json: { code: 'auth.invalid_token' } });
  }
  expect(await stateOf(id)).toEqual(before);
});

test('T3: there is no way to change or delete a rider by id', async () => {
  const [owner, stranger] = [await createRider(), await createRider()];
  for (const rider of [owner, stranger]) {
    const answers = [
      await rider.patch(`/v1/users/${owner.id}`, { name: 'Changed' }),
      await rider.delete(`/v1/users/${owner.id}`),
      await rider.post(`/v1/users/${owner.id}/journeys`, { name: 'A journey' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405]);
  }
  expect((await stranger.get(`/v1/users/${owner.id}`)).json).toMatchObject({ id: owner.id, name: owner.name });
});
