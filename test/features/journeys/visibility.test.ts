import { describe, expect, test } from 'vitest';
import { advance } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { pathOf, readAll, seenOf } from './journeys.ts';

const fields = { name: 'Danube', description: 'Downstream', starts_on: '2027-06-01', daily_distance_m: 90_000 };
const journeysOf = ({ id }: Rider) => `/v1/users/${id}/journeys`;
const unknown = () => crypto.randomUUID();

/** The part of `fields` that a stranger sees of a public journey: no days, no version, no times. */
const shownOf = (owner: Rider, { id }: { id: string }, others = {}) => ({
  id,
  owner_id: owner.id,
  view: 'public',
  name: 'Danube',
  description: 'Downstream',
  status: 'planned',
  visibility: 'public',
  ...others,
});

describe('a journey seen by strangers', () => {
  test('a public journey shows a stranger its name and description, but no date or time [J2, I34]', async () => {
    const [owner, stranger] = [await createRider(), await createRider()];
    const journey = await createJourney(owner, { ...fields, visibility: 'public' });
    for (const id of [journey.id, journey.id.toUpperCase()]) {
      const { status, json, text } = await stranger.get(pathOf(id));
      expect([status, json]).toEqual([200, shownOf(owner, journey)]);
      expect(text).not.toContain(owner.email);
    }
    expect((await owner.get(pathOf(journey.id))).json).toMatchObject({ ...fields, version: 1 });
  });

  test('a public journey is hidden while its rider is disabled [C14]', async () => {
    const [owner, stranger] = [await createRider(), await createRider()];
    const journey = await createJourney(owner, { ...fields, visibility: 'public' });
    await sql`update users set disabled_at = ${new Date().toISOString()} where id = ${owner.id}`;
    const none = await stranger.get(pathOf(unknown()));
    for (const part of ['', '/route', '/stats'])
      expect((await stranger.get(pathOf(journey.id) + part)).status, part).toBe(none.status);
    expect((await stranger.get(journeysOf(owner))).json.items ?? []).toEqual([]);
  });

  test.each(['private', 'discoverable'])(
    'a %s journey answers 404 to strangers, equal to an unknown id [I1, I33]',
    async (visibility) => {
      const [owner, stranger] = [await createRider(), await createRider()];
      const journey = await createJourney(owner, { ...fields, visibility });
      const none = await stranger.get(pathOf(unknown()));
      expect(none).toMatchObject({ status: 404, json: { code: 'journeys.not_found' } });
      expect(seenOf(await stranger.get(pathOf(journey.id)))).toEqual(seenOf(none));
      expect(seenOf(await stranger.get(pathOf(journey.id.toUpperCase())))).toEqual(seenOf(none));
      expect((await owner.get(pathOf(journey.id))).status).toBe(200);
    },
  );

  test('a stranger sees a journey exactly while it is public [I35]', async () => {
    const [owner, stranger] = [await createRider(), await createRider()];
    const { id } = await createJourney(owner);
    const seen = async () => (await stranger.get(pathOf(id))).status;
    expect(await seen()).toBe(404);
    for (const [visibility, status] of [
      ['public', 200],
      ['discoverable', 404],
      ['public', 200],
      ['private', 404],
    ] as const) {
      await owner.patch(pathOf(id), { visibility });
      expect(await seen(), visibility).toBe(status);
    }
  });
});

describe("the list of a rider's journeys", () => {
  async function createThree() {
    const owner = await createRider();
    const journeys = [];
    for (const visibility of ['private', 'public', 'discoverable', 'public']) {
      advance(1, 'seconds');
      journeys.push(await createJourney(owner, { ...fields, visibility }));
    }
    return { owner, journeys };
  }

  test("a stranger's list of another rider's journeys holds the public ones, newest first, without date or time", async () => {
    const [{ owner, journeys }, stranger] = [await createThree(), await createRider()];
    const { status, json, text } = await stranger.get(journeysOf(owner));
    expect(status, text).toBe(200);
    const shown = [journeys[3], journeys[1]].map((journey) => shownOf(owner, { id: String(journey?.id) }));
    expect(json).toEqual({ items: shown, next_cursor: null });
    expect(await readAll(stranger, `${journeysOf(owner)}?limit=1`)).toEqual(shown);
  });

  test("a rider's list of their own journeys holds all of them", async () => {
    const { owner, journeys } = await createThree();
    const list = await readAll(owner, `${journeysOf(owner)}?limit=3`);
    expect(list.map(({ id }) => id)).toEqual(journeys.map(({ id }) => id).toReversed());
  });

  test('the list of a rider without public journeys equals the list of an unknown rider [I33]', async () => {
    const [owner, stranger] = [await createRider(), await createRider()];
    for (const visibility of ['private', 'discoverable']) await createJourney(owner, { visibility });
    const none = await stranger.get(`/v1/users/${unknown()}/journeys`);
    expect(none).toMatchObject({ status: 200, json: { items: [], next_cursor: null } });
    expect(seenOf(await stranger.get(journeysOf(owner)))).toEqual(seenOf(none));
  });

  test("a stranger pages through a rider's public journeys without loss or repeat", async () => {
    const [owner, stranger] = [await createRider(), await createRider()];
    for (let n = 0; n < 9; n += 1) {
      advance(1, 'seconds');
      const visibility = n % 3 === 0 ? 'private' : 'public';
      await Promise.all([0, 1, 2].map((k) => createJourney(owner, { name: `${n}.${k}`, visibility })));
    }
    const whole = await readAll(stranger, `${journeysOf(owner)}?limit=100`);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(18);
    for (const limit of [1, 7, 17, 18]) {
      expect(await readAll(stranger, `${journeysOf(owner)}?limit=${limit}`), `${limit}`).toEqual(whole);
    }
  });

  test.each(['status=active', 'user_id=x', 'sort=name'])(
    "the unknown parameter %s is refused in the list of a rider's journeys [K16]",
    async (query) => {
      const rider = await createRider();
      const refused = { status: 400, json: { code: 'http.unknown_parameter' } };
      expect(await rider.get(`${journeysOf(rider)}?${query}`)).toMatchObject(refused);
    },
  );
});

describe('the active journey of a rider', () => {
  const active = (owner: { id: string }) => `/v1/users/${owner.id}/journeys/active`;

  test('a stranger sees a public active journey without date or time', async () => {
    const [owner, stranger] = [await createRider(), await createRider()];
    const journey = await createJourney(owner, { ...fields, visibility: 'public', delay_h: 0 });
    await owner.post(`${pathOf(journey.id)}/activate`);
    const { status, json } = await stranger.get(active(owner));
    expect([status, json]).toEqual([200, shownOf(owner, journey, { status: 'active' })]);
  });

  test.each(['private', 'discoverable'])(
    'a %s active journey answers 404 to strangers, equal to an unknown rider [I33]',
    async (visibility) => {
      const [owner, idle, stranger] = [await createRider(), await createRider(), await createRider()];
      const { id } = await createJourney(owner, { visibility });
      await createJourney(idle, { visibility: 'public' });
      await owner.post(`${pathOf(id)}/activate`);
      const none = await stranger.get(active({ id: unknown() }));
      expect(none).toMatchObject({ status: 404, json: { code: 'journeys.not_found' } });
      expect(seenOf(await stranger.get(active(owner)))).toEqual(seenOf(none));
      expect(seenOf(await stranger.get(active(idle)))).toEqual(seenOf(none));
    },
  );

  test('a rider sees their own active journey even when it is private', async () => {
    const owner = await createRider();
    const { id } = await createJourney(owner);
    expect((await owner.get(active(owner))).status).toBe(404);
    await owner.post(`${pathOf(id)}/activate`);
    expect(await owner.get(active(owner))).toMatchObject({ status: 200, json: { id, visibility: 'private' } });
    await owner.post(`${pathOf(id)}/complete`);
    expect((await owner.get(active(owner))).status).toBe(404);
  });

  test("a malformed rider id is refused in both paths of a rider's journeys", async () => {
    const rider = await createRider();
    for (const path of ['/v1/users/me/journeys', '/v1/users/7/journeys/active']) {
      expect(await rider.get(path)).toMatchObject({ status: 422, json: { errors: [{ path: 'id' }] } });
    }
  });
});
