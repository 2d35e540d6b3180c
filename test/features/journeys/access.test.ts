import { describe, expect, test } from 'vitest';
import { type Answer, anonymous, type Client } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat } from '../../support/factories.ts';
import { pathOf, readAll, seenOf, stateOf } from './journeys.ts';

const line = Array.from({ length: 100 }, (_, n): LonLat => [16 + n / 100, 48]);
const gpx = gpxOf(line);
const asGpx = { headers: { 'Content-Type': 'application/gpx+xml' } };

/** A journey with a plan and a marker. */
async function createOwned(visibility: string) {
  const owner = await createRider();
  const { id } = await createJourney(owner, { visibility, starts_on: '2027-06-01', daily_distance_m: 50_000 });
  await importPlan(owner, id, gpx);
  const marker = { name: 'Camp', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [16.4, 48.2] } };
  await owner.post(`${pathOf(id)}/markers`, marker);
  return { owner, id };
}

type Send = (rider: Client, id: string) => Promise<Answer>;
/** The rows are those of docs/security.md. */
type Case = [name: string, rows: string, send: Send];

const always: Case[] = [
  ['changing a journey', 'I2, T4', (rider, id) => rider.patch(pathOf(id), { name: 'Mine now' })],
  ['publishing a journey', 'I2', (rider, id) => rider.patch(pathOf(id), { visibility: 'public' })],
  ['deleting a journey', 'I3, T4', (rider, id) => rider.delete(pathOf(id))],
  ['activating a journey', 'I4, T5', (rider, id) => rider.post(`${pathOf(id)}/activate`)],
  ['deactivating a journey', 'I4, T5', (rider, id) => rider.post(`${pathOf(id)}/deactivate`)],
  ['completing a journey', 'I4, T5', (rider, id) => rider.post(`${pathOf(id)}/complete`)],
  ['importing a file into a journey', 'I16', (rider, id) => rider.post(`${pathOf(id)}/imports?as=plan`, gpx, asGpx)],
  ['reading the stats of a journey', 'I31', (rider, id) => rider.get(`${pathOf(id)}/stats`)],
  ['searching along a journey', 'I31, T10', (rider, id) => rider.get(`${pathOf(id)}/nearby`)],
];

const whereNotPublic: Case[] = [
  ['reading a journey', 'I1', (rider, id) => rider.get(pathOf(id))],
  ['reading the planned line of a journey', 'I16', (rider, id) => rider.get(`${pathOf(id)}/route`)],
  ['reading the ridden line of a journey', 'I16', (rider, id) => rider.get(`${pathOf(id)}/route?as=past&max_points=2`)],
];

const all = [...always, ...whereNotPublic];
const inEach = (calls: Case[], visibilities: string[]) =>
  calls.flatMap(([name, rows, send]) => visibilities.map((visibility) => ({ name, rows, send, visibility })));

/** Journeys, by visibility, for the tests in which nothing of them may change. */
const owned = new Map<string, ReturnType<typeof createOwned>>();

function sharedOwned(visibility: string) {
  const journey = owned.get(visibility) ?? createOwned(visibility);
  owned.set(visibility, journey);
  return journey;
}

describe('access to journeys', () => {
  test.each([
    ...inEach(whereNotPublic, ['private', 'discoverable']),
    ...inEach(always, ['private', 'discoverable', 'public']),
  ])(
    '$name that is $visibility and belongs to another rider answers 404, equal to an unknown id [$rows, I33]',
    async ({ send, visibility }) => {
      const [{ id }, stranger] = [await sharedOwned(visibility), await createRider()];
      const before = await stateOf(id);
      const none = await send(stranger, crypto.randomUUID());
      expect(none).toMatchObject({ status: 404, json: { code: 'journeys.not_found' } });
      expect(seenOf(await send(stranger, id))).toEqual(seenOf(none));
      expect(seenOf(await send(stranger, id.toUpperCase()))).toEqual(seenOf(none));
      expect(await stateOf(id)).toEqual(before);
      expect(await readAll(stranger)).toEqual([]);
    },
  );

  test.each(all)('$0 without a credential answers 401', async (_name, _rows, send) => {
    const { owner, id } = await createOwned('public');
    const before = await stateOf(id);
    const missing = { status: 401, json: { code: 'auth.authentication_required' } };
    expect(await send(anonymous(), id)).toMatchObject(missing);
    expect(await stateOf(id)).toEqual(before);
    expect((await send(owner, id)).status).toBeLessThan(500);
  });

  test.each(all)('$0 with a malformed id answers 422 [T24]', async (_name, _rows, send) => {
    const rider = await createRider();
    for (const id of ['7', 'me', 'null', "'", '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b0']) {
      const answer = await send(rider, id);
      expect(answer, id).toMatchObject({ status: 422, json: { errors: [{ path: 'id' }] } });
    }
  });
});

test('a revoked session can read and write nothing of a journey [C9]', async () => {
  const { owner, id } = await createOwned('private');
  const before = await stateOf(id);
  await sql`update sessions set revoked_at = now() where id = ${owner.sessionId}`;
  for (const [name, _rows, send] of all) {
    expect(await send(owner, id), name).toMatchObject({ status: 401, json: { code: 'auth.invalid_token' } });
  }
  expect(await stateOf(id)).toEqual(before);
});

test('no call changes or deletes a rider by id [T3]', async () => {
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
