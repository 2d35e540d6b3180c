import { describe, expect, test } from 'vitest';
import { hmacSha256 } from '../../../src/lib/keys.ts';
import { type Answer, config } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql, untilAsleep } from '../../support/db.ts';
import { createRider, freshToken, type Rider } from '../../support/factories.ts';
import { otherWorker, recordTrips } from '../auth/sign-up.ts';
import { createPlan, ownRoad, runDigests, setRidersNear } from './digest.ts';

type Budgets = { shown?: number; views?: number; network?: number };
const workerWith = ({ shown = 100, views = 200, network = 600 }: Budgets) =>
  otherWorker({
    DISCLOSURES_PER_WEEK: `${shown}`,
    VIEWS_PER_WEEK: `${views}`,
    VIEWS_PER_NETWORK_PER_WEEK: `${network}`,
  });

type Looker = { rider: Rider; journeyId: string };
type Road = ReturnType<typeof ownRoad>;

async function createLooker(road: Road, fields: Record<string, unknown> = {}): Promise<Looker> {
  const rider = await createRider();
  return { rider, journeyId: (await createPlan(rider, road, fields)).id };
}

/** An account to which the budget of its network applies. */
const createYoungLooker = async (road: Road): Promise<Looker> => {
  const rider = await createRider({ createdAt: new Date(Date.now() - 20 * 86_400_000) });
  return { rider, journeyId: (await createPlan(rider, road)).id };
};

const createLookers = async (count: number, road: Road): Promise<Looker[]> => {
  const lookers: Looker[] = [];
  for (let n = 0; n < count; n += 1) lookers.push(await createLooker(road));
  return lookers;
};

async function look(
  worker: ReturnType<typeof workerWith>,
  { rider, journeyId }: Looker,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const token = await freshToken(rider);
  return await worker.call('GET', `/v1/journeys/${journeyId}/nearby`, { token, headers });
}

const idsIn = ({ json }: Answer): string[] => json.items.map((one: { encounter_id: string }) => one.encounter_id);
const viewingsOf = ({ rider }: Looker) => sql`select viewer_id from viewings where shown_id = ${rider.id}`;
const seenBy = ({ rider }: Looker) => sql`select shown_id from viewings where viewer_id = ${rider.id}`;

describe('riders shown in searches', () => {
  test('a rider is shown to at most the budgeted number of new riders a week, and stays visible to those', async () => {
    setTime(new Date());
    const road = ownRoad();
    const anna = await createLooker(road);
    const viewers = await createLookers(3, road);
    const worker = workerWith({ shown: 2 });
    const met: number[] = [];
    for (const viewer of viewers) {
      await look(worker, viewer);
      met.push((await viewingsOf(anna)).length);
    }
    expect(met).toEqual([1, 2, 2]);
    const [first, , third] = viewers;
    if (!first || !third) throw new Error('three viewers are there');
    const hers = async (viewer: Looker) => (await seenBy(viewer)).map(({ shown_id: id }) => id).includes(anna.rider.id);
    expect([await hers(first), await hers(third)]).toEqual([true, false]);
    const before = idsIn(await look(worker, first));
    expect(idsIn(await look(worker, first))).toEqual(before);

    advance(8, 'days');
    await look(worker, third);
    expect(await hers(third)).toBe(true);
  });

  test('a hundred simultaneous searches do not exceed the budget of a shown rider [S19]', {
    timeout: 120_000,
  }, async () => {
    const road = ownRoad();
    const anna = await createLooker(road);
    const viewers = await createLookers(20, road);
    const worker = workerWith({ shown: 7, views: 100_000, network: 100_000 });
    const answers = await Promise.all(
      viewers.flatMap((viewer) => Array.from({ length: 5 }, () => look(worker, viewer))),
    );
    for (const { status, text } of answers) expect(status, text).toBe(200);
    expect(await viewingsOf(anna)).toHaveLength(7);
    // An answer holds what is written down, and nothing else.
    for (const [index, viewer] of viewers.entries()) {
      const shown = new Set(answers.slice(index * 5, index * 5 + 5).flatMap(idsIn));
      expect(shown.size).toBe((await seenBy(viewer)).length);
    }
  });

  test('a rider whose budget is used up while a search waits is not in its answer [S19]', async () => {
    const road = ownRoad();
    const [anna, viewer] = [await createLooker(road), await createLooker(road)];
    const at = new Date().toISOString();
    const used = sql.transaction([
      sql`select from users where id = ${anna.rider.id} for update`,
      sql`insert into viewings (shown_id, at) values (${anna.rider.id}, ${at})`,
      sql`select pg_sleep(1.5)`,
    ]);
    await untilAsleep(used);
    const answer = await look(workerWith({ shown: 1 }), viewer);
    await used;
    expect(idsIn(answer)).toEqual([]);
    expect(await seenBy(viewer)).toEqual([]);
  });

  test('a rider sees how many new riders saw them on each day, but not who they are', async () => {
    setTime(new Date('2026-12-01T10:00:00Z'));
    const road = ownRoad();
    const anna = await createLooker(road);
    const worker = workerWith({});
    for (const viewer of await createLookers(2, road)) await look(worker, viewer);
    advance(1, 'days');
    const late = await createLooker(road);
    await look(worker, late);
    await look(worker, late);
    const { status, json, text } = await worker.call('GET', '/v1/me/disclosures', {
      token: await freshToken(anna.rider),
    });
    const days = [
      { day: '2026-12-01', new_riders: { public: 0, discoverable: 2 } },
      { day: '2026-12-02', new_riders: { public: 0, discoverable: 1 } },
    ];
    expect([status, json]).toEqual([200, { new_riders: { public: 0, discoverable: 3 }, budget: 100, days }]);
    expect(text).not.toContain(late.rider.id);
    advance(7, 'days');
    const later = await worker.call('GET', '/v1/me/disclosures', { token: await freshToken(anna.rider) });
    expect(later.json).toEqual({ new_riders: { public: 0, discoverable: 0 }, budget: 100, days: [] });
  });

  test('viewers who deleted their journey or account still count in the budget of a shown rider', async () => {
    const road = ownRoad();
    const anna = await createLooker(road);
    const [one, other] = await createLookers(2, road);
    if (!one || !other) throw new Error('two viewers are there');
    const worker = workerWith({ shown: 1 });
    await look(worker, one);
    await one.rider.delete(`/v1/journeys/${one.journeyId}`);
    expect(await viewingsOf(anna)).toHaveLength(1);
    await one.rider.delete('/v1/me');
    expect(await viewingsOf(anna)).toEqual([{ viewer_id: null }]);
    await look(worker, other);
    expect(await viewingsOf(anna)).toHaveLength(1);
  });

  test('new riders on public journeys use up no budget of discoverable ones, so that none tells whose the other is [I36]', async () => {
    const [road, other] = [ownRoad(), ownRoad()];
    const [anna, worker] = [await createLooker(road), workerWith({ shown: 1 })];
    await createPlan(anna.rider, other, { visibility: 'public', name: 'Public' });
    const [first, second] = [await createLooker(other), await createLooker(road)];
    expect(idsIn(await look(worker, first))).toHaveLength(1);
    expect(idsIn(await look(worker, second))).toHaveLength(1);
    const { json } = await worker.call('GET', '/v1/me/disclosures', { token: await freshToken(anna.rider) });
    expect(json.new_riders).toEqual({ public: 1, discoverable: 1 });
  });

  test('viewers whose accounts are younger than 30 days share a quarter of the budget of a rider [S19]', async () => {
    const road = ownRoad();
    const [anna, worker] = [await createLooker(road), workerWith({ shown: 8 })];
    const seesAnna = async (viewer: Looker) => {
      await look(worker, viewer);
      return (await seenBy(viewer)).map(({ shown_id: id }) => id).includes(anna.rider.id);
    };
    const fakes: boolean[] = [];
    for (let n = 0; n < 4; n += 1) {
      const fake = await createYoungLooker(road);
      fakes.push(await seesAnna(fake));
      await fake.rider.delete('/v1/me');
    }
    expect(fakes).toEqual([true, true, false, false]);
    expect(await seesAnna(await createLooker(road))).toBe(true);
  });
});

describe('riders who search', () => {
  const quotas = ({ headers }: Answer) => [headers.get('RateLimit'), headers.get('RateLimit-Policy')];

  test('a search answers with the remaining budget, and at zero shows only riders seen before', async () => {
    setTime(new Date());
    const road = ownRoad();
    const [anna] = [await createLooker(road), await createLookers(3, road)];
    const worker = workerWith({ views: 2, network: 50 });
    const network = { 'CF-Connecting-IP': '192.0.2.77' };
    const first = await look(worker, anna, network);
    expect(idsIn(first)).toHaveLength(2);
    expect(quotas(first)).toEqual(['"views";r=0;t=604800', '"views";q=2;w=604800']);
    await createLooker(road);
    const other = { rider: anna.rider, journeyId: (await createPlan(anna.rider, road)).id };
    advance(1, 'days');
    const again = await look(worker, anna, network);
    expect(idsIn(again)).toEqual(idsIn(first));
    expect(quotas(again)[0]).toBe('"views";r=0;t=518400');

    // Not from another journey either, and not once the first is gone.
    await look(worker, other, network);
    await anna.rider.delete(`/v1/journeys/${anna.journeyId}`, { token: await freshToken(anna.rider) });
    await look(worker, other, network);
    expect(await seenBy(anna)).toHaveLength(2);
    advance(7, 'days');
    expect(idsIn(await look(worker, other, network))).toHaveLength(4);
    expect(await seenBy(anna)).toHaveLength(4);
  });

  test('what is left of the budget does not tell that a rider known by name is also met without a name [I36]', async () => {
    setTime(new Date());
    const [roads, anna] = [[ownRoad(), ownRoad(), ownRoad()] as const, await createRider()];
    const [known, stranger] = [await createRider(), await createRider()];
    await createPlan(known, roads[0], { visibility: 'public', name: 'Known' });
    await createPlan(known, roads[1]);
    await createPlan(stranger, roads[2]);
    const worker = workerWith({ views: 3 });
    const left: (string | null)[] = [];
    for (const road of roads) {
      const answer = await look(worker, { rider: anna, journeyId: (await createPlan(anna, road)).id });
      expect(idsIn(answer)).toHaveLength(1);
      left.push(answer.headers.get('RateLimit'));
    }
    expect(left).toEqual([2, 1, 0].map((views) => `"views";r=${views};t=604800`));
  });

  test('the riders of one answer are as many as its budget allows, whether or not the viewer knows them by name [I36]', async () => {
    setTime(new Date());
    const [road, other] = [ownRoad(), ownRoad()];
    const [anna, known] = [await createLooker(road), await createRider()];
    await createPlan(known, other, { visibility: 'public', name: 'Known' });
    await createPlan(known, road);
    await createLooker(road);
    const worker = workerWith({ views: 2 });
    await look(worker, { rider: anna.rider, journeyId: (await createPlan(anna.rider, other)).id });
    const answer = await look(worker, anna);
    expect(idsIn(answer)).toHaveLength(1);
    expect(quotas(answer)[0]).toBe('"views";r=0;t=604800');
  });

  test('simultaneous searches do not exceed the budget of their account [S19]', async () => {
    const road = ownRoad();
    const [anna] = [await createLooker(road), await createLookers(8, road)];
    const worker = workerWith({ views: 3 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => look(worker, anna)));
    expect(await seenBy(anna)).toHaveLength(3);
    expect(new Set(answers.flatMap(idsIn)).size).toBe(3);
  });

  test('simultaneous searches of many accounts do not exceed the budget of their network [S19]', async () => {
    const viewers: Looker[] = [];
    // Each of them sees another rider, so that only the network makes them wait for each other.
    for (let n = 0; n < 6; n += 1) {
      const road = ownRoad();
      await createLooker(road);
      viewers.push(await createYoungLooker(road));
    }
    const worker = workerWith({ network: 4 });
    const network = { 'CF-Connecting-IP': `198.51.100.${(Date.now() % 200) + 1}` };
    const answers = await Promise.all(
      viewers.flatMap((one) => Array.from({ length: 4 }, () => look(worker, one, network))),
    );
    for (const { status, text } of answers) expect(status, text).toBe(200);
    const ids = viewers.map(({ rider }) => rider.id);
    expect(await sql`select from viewings where viewer_id = any(${ids})`).toHaveLength(4);
    for (const { headers } of answers) expect(headers.get('RateLimit')).toMatch(/^"views";r=\d+;t=\d+$/);
  });

  test('the budget of a network binds only accounts younger than 30 days, and counts only what they see [S19]', async () => {
    const road = ownRoad();
    const [old, young, other] = [
      await createLooker(road),
      await createYoungLooker(road),
      await createYoungLooker(ownRoad()),
    ];
    const worker = workerWith({ network: 2 });
    const network = { 'CF-Connecting-IP': '198.51.100.250' };
    expect(idsIn(await look(worker, old, network))).toHaveLength(1);
    for (let n = 0; n < 2; n += 1) await createLooker(road);
    expect(idsIn(await look(worker, young, network))).toHaveLength(2);
    const otherPlan = { rider: other.rider, journeyId: (await createPlan(other.rider, road)).id };
    expect(idsIn(await look(worker, otherPlan, network))).toEqual([]);
    expect(idsIn(await look(worker, old, network)).length).toBeGreaterThan(2);
  });

  test('a search waits for another one from its network and gets the remaining budget [S19]', async () => {
    const road = ownRoad();
    const [viewer, other] = [await createYoungLooker(road), await createLooker(road)];
    const network = `198.18.${Date.now() % 250}.7`;
    const [key = new Uint8Array()] = config.keys.network;
    const hash = Buffer.from(hmacSha256(key, `viewer:${network}`)).toString('hex');
    const used = sql.transaction([
      sql`select pg_advisory_xact_lock(hashtextextended(${hash}, 0))`,
      sql`insert into viewings (shown_id, network_hash, at)
        values (${other.rider.id}, decode(${hash}, 'hex'), ${new Date().toISOString()})`,
      sql`select pg_sleep(1.5)`,
    ]);
    await untilAsleep(used);
    const answer = await look(workerWith({ network: 1 }), viewer, { 'CF-Connecting-IP': network });
    await used;
    expect(idsIn(answer)).toEqual([]);
    expect(await seenBy(viewer)).toEqual([]);
  });

  test('a repeated search writes nothing and takes one round trip', async () => {
    const road = ownRoad();
    const [anna] = [await createLooker(road), await createLookers(2, road)];
    const worker = workerWith({});
    await look(worker, anna);
    const written = () =>
      sql`select xmin::text, ctid::text from viewings where viewer_id = ${anna.rider.id}
        union all select d.xmin::text, d.ctid::text from disclosures d join journeys j on j.no = d.journey_no where j.id = ${anna.journeyId}
        union all select xmin::text, xmax::text from users where id = ${anna.rider.id}`;
    const before = await written();
    expect(before).toHaveLength(5);
    const trips = await recordTrips(() => look(worker, anna));
    expect(trips.filter((trip) => JSON.stringify(trip).includes('show_encounters'))).toHaveLength(1);
    expect(await written()).toEqual(before);
  });

  test.each([
    [
      'from a private journey',
      (one: Looker) => one.rider.patch(`/v1/journeys/${one.journeyId}`, { visibility: 'private' }),
      409,
    ],
    ['from a completed journey', (one: Looker) => one.rider.post(`/v1/journeys/${one.journeyId}/complete`), 409],
    ['by a hidden rider', (one: Looker) => one.rider.post('/v1/me/hide'), 409],
    ['by a rider who is not an adult', (one: Looker) => one.rider.patch('/v1/me', { adult: false }), 403],
    [
      'by a young account',
      (one: Looker) => sql`update users set created_at = ${new Date().toISOString()} where id = ${one.rider.id}`,
      403,
    ],
    [
      'with a revoked session',
      (one: Looker) =>
        sql`update sessions set revoked_at = ${new Date().toISOString()} where id = ${one.rider.sessionId}`,
      401,
    ],
  ])('a search %s shows no one and uses up no budget', async (_what, hinder, status) => {
    const road = ownRoad();
    const [anna] = [await createLooker(road), await createLooker(road)];
    await hinder(anna);
    expect((await anna.rider.get(`/v1/journeys/${anna.journeyId}/nearby`)).status).toBe(status);
    expect(await seenBy(anna)).toEqual([]);
  });

  test('a search shows at most three journeys of one rider, so that no rider fills the whole answer', async () => {
    const road = ownRoad();
    const [anna, greedy] = [await createLooker(road), await createLooker(road)];
    for (let n = 0; n < 8; n += 1) await createPlan(greedy.rider, road);
    await createLooker(road);
    expect(idsIn(await look(workerWith({}), anna))).toHaveLength(4);
    const [row] =
      await sql`select count(*)::int from disclosures d join journeys j on j.no = d.journey_no where j.id = ${anna.journeyId}`;
    expect(row?.count).toBe(4);
  });
});

test('a digest counts in the budget of the account, but in no budget of a network', async () => {
  const road = ownRoad();
  const [anna, ben] = [await createLooker(road), await createLooker(road)];
  await setRidersNear(anna.rider, 'weekly');
  await runDigests();
  const rows = await sql`select shown_id, network_hash from viewings where viewer_id = ${anna.rider.id}`;
  expect(rows).toEqual([{ shown_id: ben.rider.id, network_hash: null }]);
});
