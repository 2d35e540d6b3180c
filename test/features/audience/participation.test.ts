import { describe, expect, test } from 'vitest';
import { type ParticipationFault, participationFault } from '../../../src/features/audience/participation.rules.ts';
import { config } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, freshToken, makeAdmin, type Rider } from '../../support/factories.ts';
import { createConnection } from '../connections/connected.ts';
import { createMeeting, createPlan, digestCount, ownRoad, runDigests } from '../discovery/digest.ts';

type Change = (rider: Rider) => Promise<unknown>;
type State = { name: string; leave: Change; comeBack: Change };

/** The ways in which a rider stops taking part, each with its way back. A disabled rider cannot send anything. */
const states: State[] = [
  {
    name: 'takes back being an adult',
    leave: (rider) => rider.patch('/v1/me', { adult: false }),
    comeBack: (rider) => rider.patch('/v1/me', { adult: true }),
  },
  {
    name: 'becomes a guest',
    leave: ({ id }) => sql`update users set role = 'guest' where id = ${id}`,
    comeBack: ({ id }) => sql`update users set role = 'user' where id = ${id}`,
  },
  {
    name: 'hides',
    leave: (rider) => rider.post('/v1/me/hide'),
    comeBack: (rider) => rider.post('/v1/me/unhide'),
  },
  {
    name: 'is disabled',
    leave: ({ id }) => sql`update users set disabled_at = now() where id = ${id}`,
    comeBack: ({ id }) => sql`update users set disabled_at = null where id = ${id}`,
  },
];
const young: State = {
  name: 'has an account that is too new',
  leave: ({ id }) => sql`update users set created_at = now() where id = ${id}`,
  comeBack: ({ id }) => sql`update users set created_at = now() - interval '30 days' where id = ${id}`,
};

const faultOf: Record<string, [status: number, code: string]> = {
  'takes back being an adult': [403, 'discovery.adults_only'],
  'becomes a guest': [403, 'discovery.guests_excluded'],
  hides: [409, 'discovery.hidden'],
  'has an account that is too new': [403, 'discovery.account_too_young'],
};

/** Anna has seen the journeys of Ben, one discoverable and one public. */
async function createScene() {
  const [road, anna, ben] = [ownRoad(), await createRider(), await createRider({ name: 'Ben of the Road' })];
  const mine = await createPlan(anna, road);
  const theirs = await createPlan(ben, road);
  const open = await createPlan(ben, road, { visibility: 'public' });
  const search = async () => (await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items;
  const encounterId: string = (await search())[0].encounter_id;
  return { anna, ben, mine, theirs, open, search, encounterId };
}

/** A rider whose role has changed gets the new one with the next token. */
const renewed = async (rider: Rider) => ({ token: await freshToken(rider) });

describe('a rider who takes no part in discovery is not seen', () => {
  test.each([...states, young])(
    'a rider who $name is found by no search and can be asked nothing, until they are back',
    async (state) => {
      const { anna, ben, search, encounterId } = await createScene();
      expect(await search()).toHaveLength(2);
      await state.leave(ben);
      expect(await search()).toEqual([]);
      const request = { encounter_id: encounterId, message: 'Hi' };
      expect((await anna.post('/v1/connections', request)).json.code).toBe('connections.no_such_encounter');
      await state.comeBack(ben);
      expect(await search()).toHaveLength(2);
      expect((await anna.post('/v1/connections', request)).status).toBe(201);
    },
  );

  test.each(states)(
    'the public journey of a rider who $name answers like an unknown id',
    async ({ leave, comeBack }) => {
      const { anna, ben, open } = await createScene();
      const paths = ['', '/route', '/itinerary'].map((rest) => `/v1/journeys/${open.id}${rest}`);
      const statuses = () => Promise.all(paths.map(async (path) => (await anna.get(path)).status));
      expect(await statuses()).toEqual([200, 200, 200]);
      await leave(ben);
      expect(await statuses()).toEqual([404, 404, 404]);
      expect((await anna.get(`/v1/users/${ben.id}/journeys`)).text).not.toContain(open.id);
      await comeBack(ben);
      expect(await statuses()).toEqual([200, 200, 200]);
    },
  );

  test.each(states)('a connected rider who $name shows neither days nor name nor address', async ({ leave }) => {
    const { anna, ben, path } = await createConnection();
    expect((await anna.get(`${path}/itinerary`)).status).toBe(200);
    await leave(ben);
    expect((await anna.get(`${path}/itinerary`)).status).toBe(404);
    expect((await anna.get('/v1/connections')).text).not.toContain(ben.email);
  });

  test.each(states)('no digest tells of a rider who $name', async ({ leave }) => {
    const { anna, ben } = await createMeeting();
    await leave(ben);
    await runDigests();
    expect(await digestCount(anna)).toBe(0);
  });
});

describe('a rider who takes no part in discovery sees nobody', () => {
  const lookers = [...states, young].filter(({ name }) => faultOf[name]);

  test.each(lookers)(
    'a rider who $name is refused searches, crowds, requests and itineraries',
    async ({ name, leave }) => {
      const { anna, ben, mine, open, encounterId } = await createScene();
      await leave(anna);
      const as = await renewed(anna);
      const searches = [`/v1/journeys/${mine.id}/nearby`, '/v1/nearby?lon=1&lat=1', '/v1/discover?bbox=0,0,1,1&zoom=9'];
      for (const path of searches) {
        const { status, json } = await anna.get(path, as);
        expect([status, json.code]).toEqual(name === 'becomes a guest' ? [403, 'auth.scope_missing'] : faultOf[name]);
      }
      const itinerary = await anna.get(`/v1/journeys/${open.id}/itinerary`, as);
      expect([itinerary.status, itinerary.json.code]).toEqual(faultOf[name]);
      const asked = await anna.post('/v1/connections', { encounter_id: encounterId, message: 'Hi' }, as);
      expect([403, 409]).toContain(asked.status);
      expect(await sql`select from connections where addressee_id = ${ben.id}`).toEqual([]);
    },
  );

  test('a rider who takes no part cannot accept a request', async () => {
    const { anna, ben, encounterId } = await createScene();
    const { json } = await anna.post('/v1/connections', { encounter_id: encounterId, message: 'Hi' });
    await ben.patch('/v1/me', { adult: false });
    const accepted = await ben.post(`/v1/connections/${json.id}/accept`);
    expect([accepted.status, accepted.json.code]).toEqual([403, 'discovery.adults_only']);
  });
});

describe('who may show a journey', () => {
  test.each(['discoverable', 'public'])(
    'a rider who has not said that they are an adult cannot make a journey %s',
    async (visibility) => {
      const rider = await createRider({ adult: false });
      const created = await rider.post('/v1/journeys', { name: 'Home', visibility });
      expect([created.status, created.json.code]).toEqual([403, 'discovery.adults_only']);
      const { id } = await createJourney(rider);
      const changed = await rider.patch(`/v1/journeys/${id}`, { visibility });
      expect([changed.status, changed.json.code]).toEqual([403, 'discovery.adults_only']);
      expect((await rider.get(`/v1/journeys/${id}`)).json.visibility).toBe('private');
      await rider.patch('/v1/me', { adult: true });
      expect((await rider.patch(`/v1/journeys/${id}`, { visibility })).status).toBe(200);
    },
  );
});

test('the database and the Worker agree on who takes part', async () => {
  const joinedBy = new Date(Date.now() - config.discoveryMinAccountAgeH * 60 * 60 * 1_000);
  const rider = await createRider();
  await makeAdmin(rider);
  const found = new Map<ParticipationFault | undefined, number>();
  for (const isAdult of [true, false])
    for (const role of ['admin', 'user', 'guest'] as const)
      for (const ageMs of [-1, 0, 1])
        for (const [disabledAt, hiddenAt] of [
          [null, null],
          [new Date(), null],
          [null, new Date()],
        ]) {
          const createdAt = new Date(joinedBy.getTime() - ageMs);
          const [row] = await sql`
            update users set is_adult = ${isAdult}, role = ${role}, created_at = ${createdAt.toISOString()},
              disabled_at = ${disabledAt?.toISOString() ?? null}, hidden_at = ${hiddenAt?.toISOString() ?? null}
            where id = ${rider.id} returning takes_part and created_at <= ${joinedBy.toISOString()} as takes_part, is_on_show`;
          const fault = participationFault({ isAdult, role, isOnShow: row?.is_on_show, createdAt }, joinedBy);
          expect(row?.takes_part, JSON.stringify({ isAdult, role, ageMs, disabledAt, hiddenAt })).toBe(
            fault === undefined,
          );
          found.set(fault, (found.get(fault) ?? 0) + 1);
        }
  expect([...found.keys()].sort()).toEqual(['account_too_young', 'guest', 'hidden', 'not_adult', undefined].sort());
});
