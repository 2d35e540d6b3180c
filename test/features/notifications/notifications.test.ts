import { beforeEach, describe, expect, test } from 'vitest';
import { schedule } from '../../../src/cron/schedule.ts';
import { type Answer, call } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, freshToken, type Rider } from '../../support/factories.ts';
import { signatureOf } from '../../support/mailer.ts';
import { comparableParts, otherWorker } from '../auth/sign-up.ts';
import {
  askToConnect,
  changeConnection,
  createConnectedPair,
  createPair,
  listConnections,
} from '../connections/pair.ts';
import { createMeeting, createPlan, runDigests, turnOffAllDigests } from '../discovery/digest.ts';

const notificationsOf = async (rider: Rider, query = '') => {
  const { status, json, text } = await rider.get(`/v1/notifications${query}`, { token: await freshToken(rider) });
  if (status !== 200) throw new Error(text);
  return json;
};
const kindsOf = async (rider: Rider): Promise<string[]> =>
  (await notificationsOf(rider)).items.map(({ kind }: { kind: string }) => kind);
const read = async (rider: Rider, upTo: string) =>
  rider.post('/v1/notifications/read', { up_to: upTo }, { token: await freshToken(rider) });
const rowsOf = async ({ id }: Rider) => await sql`select * from notifications where rider_id = ${id}`;

/** Inserts as many notifications by SQL, since each real one would need a rider of its own. */
async function insertMore({ id }: Rider, journeyId: string, count: number): Promise<void> {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  await sql`insert into notifications (id, rider_id, kind, journey_id, created_at)
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${id}, 'riders_near', ${journeyId}, ${at}
    from generate_series(1, ${count}::int) n on conflict do nothing`;
}

describe('notifications of connections', () => {
  test("the receiver of a connection request gets a notification with the sender's name", async () => {
    const [anna, ben] = await createPair();
    const { json: request } = await askToConnect(anna);
    const { items, unread_count: unread, next_cursor: next } = await notificationsOf(ben.rider);
    expect(items).toEqual([
      {
        id: items[0].id,
        kind: 'connection_requested',
        connection_id: request.id,
        rider: { id: null, name: 'Anna' },
        journey_id: null,
        read: false,
        created_at: items[0].created_at,
      },
    ]);
    expect([unread, next]).toEqual([1, null]);
    for (const secret of [anna.rider.id, anna.rider.email, anna.journeyId])
      expect(JSON.stringify(items)).not.toContain(secret);
    expect(await notificationsOf(anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
  });

  test('the sender of an accepted request gets a notification, and both see who the other is', async () => {
    const { anna, ben, id } = await createConnectedPair();
    const who = ({ rider }: typeof anna) => ({ id: rider.id, name: rider.name });
    expect((await notificationsOf(anna.rider)).items).toMatchObject([
      { kind: 'connection_accepted', connection_id: id, rider: who(ben) },
    ]);
    expect((await notificationsOf(ben.rider)).items).toMatchObject([
      { kind: 'connection_requested', connection_id: id, rider: who(anna) },
    ]);
    expect(JSON.stringify(await notificationsOf(anna.rider))).not.toContain(ben.rider.email);
  });

  test('of two riders who ask each other, the first is notified of the acceptance', async () => {
    const [anna, ben] = await createPair();
    await askToConnect(anna);
    await askToConnect(ben);
    expect([await kindsOf(anna.rider), await kindsOf(ben.rider)]).toEqual([
      ['connection_accepted'],
      ['connection_requested'],
    ]);
  });

  test('simultaneous requests and acceptances make one notification each [S20]', async () => {
    const [anna, ben] = await createPair();
    await Promise.all(Array.from({ length: 8 }, () => askToConnect(anna)));
    const { items } = await notificationsOf(ben.rider);
    expect(items).toHaveLength(1);
    await Promise.all(Array.from({ length: 8 }, () => changeConnection(ben.rider, items[0].connection_id, 'accept')));
    expect(await rowsOf(anna.rider)).toHaveLength(1);
    expect(await rowsOf(ben.rider)).toHaveLength(1);
  });

  test('a repeated acceptance makes no new notification', async () => {
    const { anna, ben, id } = await createConnectedPair();
    await read(anna.rider, (await notificationsOf(anna.rider)).items[0].id);
    expect((await changeConnection(ben.rider, id, 'accept')).status).toBe(200);
    expect((await notificationsOf(anna.rider)).unread_count).toBe(0);
  });

  test('a refused connection request notifies no one', async () => {
    const [anna, ben] = await createPair();
    const refused = await askToConnect({ ...anna, encounterId: crypto.randomUUID() });
    expect(refused.status).toBe(404);
    expect([await rowsOf(anna.rider), await rowsOf(ben.rider)]).toEqual([[], []]);
  });

  test("a declined request looks unanswered in the sender's notifications [I33]", async () => {
    setTime(new Date());
    const [declined, ignored] = [await createPair(), await createPair()];
    for (const pair of [declined, ignored]) await askToConnect(pair[0]);
    await changeConnection(declined[1].rider, (await listConnections(declined[1]))[0].id, 'decline');
    expect(await notificationsOf(declined[0].rider)).toEqual(await notificationsOf(ignored[0].rider));
    expect((await notificationsOf(declined[1].rider)).items).toMatchObject([{ rider: { id: null, name: 'Anna' } }]);

    // A request that is repeated within 90 days makes no notification, and a later one does.
    const [, { rider }] = declined;
    await read(rider, (await notificationsOf(rider)).items[0].id);
    const again = async () =>
      declined[0].rider.post(
        '/v1/connections',
        { encounter_id: declined[0].encounterId, message: 'Please?' },
        { token: await freshToken(declined[0].rider) },
      );
    await again();
    expect((await notificationsOf(rider)).unread_count).toBe(0);
    advance(91, 'days');
    expect((await again()).status).toBe(201);
    expect(await notificationsOf(rider)).toMatchObject({ unread_count: 1, items: [{ read: false }] });
    expect(await rowsOf(rider)).toHaveLength(1);
  });

  test('a withdrawn request removes its notification, and a new one by the other rider makes one', async () => {
    const [anna, ben] = await createPair();
    const { json } = await askToConnect(anna);
    await anna.rider.delete(`/v1/connections/${json.id}`);
    expect(await notificationsOf(ben.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
    await askToConnect(ben);
    expect([await kindsOf(anna.rider), await kindsOf(ben.rider)]).toEqual([['connection_requested'], []]);
  });

  type Pair = Awaited<ReturnType<typeof createConnectedPair>>;
  test.each<[string, (pair: Pair) => Promise<unknown>]>([
    ['is ended', ({ ben, id }) => ben.rider.delete(`/v1/connections/${id}`)],
    [
      'ends by a block',
      ({ ben, anna }) => ben.rider.post('/v1/blocks', { named_by: 'user_id', user_id: anna.rider.id }),
    ],
    ['ends with an account', ({ ben }) => ben.rider.delete('/v1/me')],
  ])('a connection that %s removes its notifications', async (_, end) => {
    const pair = await createConnectedPair();
    await end(pair);
    expect(await notificationsOf(pair.anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
    expect(await sql`select from notifications where connection_id = ${pair.id}`).toEqual([]);
  });

  test.each(['hidden_at', 'disabled_at'])(
    'notifications of a rider with %s set are hidden meanwhile [I33]',
    async (at) => {
      const { anna, ben } = await createConnectedPair();
      const before = await notificationsOf(anna.rider);
      await sql.query(`update users set ${at} = now() where id = $1`, [ben.rider.id]);
      expect(await notificationsOf(anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
      // A notification that cannot be seen is not marked as read either.
      await read(anna.rider, before.items[0].id);
      await sql.query(`update users set ${at} = null where id = $1`, [ben.rider.id]);
      expect(await notificationsOf(anna.rider)).toEqual(before);
    },
  );
});

describe('notifications of riders nearby', () => {
  beforeEach(turnOffAllDigests);

  test('riders nearby are notified once for each journey, together with the mail and without names', async () => {
    const { anna, ben, mine, theirs, road } = await createMeeting();
    const second = await createPlan(anna, road, { name: 'By the other bank' });
    await Promise.all(Array.from({ length: 4 }, runDigests));
    const { items, unread_count: unread } = await notificationsOf(anna);
    expect(unread).toBe(2);
    for (const item of items) expect(item).toMatchObject({ kind: 'riders_near', connection_id: null, rider: null });
    expect(new Set(items.map((item: { journey_id: string }) => item.journey_id))).toEqual(
      new Set([mine.id, second.id]),
    );
    for (const secret of [ben.id, ben.name, theirs.id]) expect(JSON.stringify(items)).not.toContain(secret);
    expect(await kindsOf(ben)).toEqual([]);
  });

  test('no notification is made while the mail cannot be sent, and the next run makes both', async () => {
    setTime(new Date());
    const { anna } = await createMeeting();
    const body = JSON.stringify({ type: 'email.complained', data: { to: [anna.email] } });
    const headers = { 'Content-Type': 'application/json', ...signatureOf(body) };
    expect((await call('POST', '/v1/mail/events', { body, headers })).status).toBe(204);
    await runDigests();
    expect(await rowsOf(anna)).toEqual([]);
    await sql`delete from suppressions`;
    advance(8, 'days');
    await runDigests();
    expect(await kindsOf(anna)).toEqual(['riders_near']);
  });

  test.each<[string, (who: Awaited<ReturnType<typeof createMeeting>>) => Promise<Answer>]>([
    ['the other rider hides', ({ ben }) => ben.post('/v1/me/hide')],
    ['the receiver hides', ({ anna }) => anna.post('/v1/me/hide')],
    [
      'the other rider blocks the receiver',
      ({ anna, ben }) => ben.post('/v1/blocks', { named_by: 'user_id', user_id: anna.id }),
    ],
    ['the other rider deletes their account', ({ ben }) => ben.delete('/v1/me')],
    ['the other rider deletes the journey', ({ ben, theirs }) => ben.delete(`/v1/journeys/${theirs.id}`)],
    [
      'the other journey becomes private',
      ({ ben, theirs }) => ben.patch(`/v1/journeys/${theirs.id}`, { visibility: 'private' }),
    ],
    [
      "the receiver's journey becomes private",
      ({ anna, mine }) => anna.patch(`/v1/journeys/${mine.id}`, { visibility: 'private' }),
    ],
    ["the receiver's journey is deleted", ({ anna, mine }) => anna.delete(`/v1/journeys/${mine.id}`)],
  ])('a notification of riders nearby disappears once %s [I31]', async (_, end) => {
    const meeting = await createMeeting();
    await runDigests();
    expect(await kindsOf(meeting.anna)).toEqual(['riders_near']);
    expect((await end(meeting)).status).toBeLessThan(300);
    expect(await notificationsOf(meeting.anna)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
  });
});

test('a notification of riders nearby stays when its receiver blocks one of them, so that it tells nothing [I36]', async () => {
  const { anna, ben } = await createMeeting();
  await runDigests();
  const before = await notificationsOf(anna);
  expect(before.items).toHaveLength(1);
  expect((await anna.post('/v1/blocks', { named_by: 'user_id', user_id: ben.id })).status).toBe(201);
  expect(await notificationsOf(anna)).toEqual(before);
});

describe('the list of notifications', () => {
  test("a rider's list of notifications is their own, newest first, and its cursor works only for them [I26, I28]", async () => {
    const { anna, mine, ben } = await createMeeting();
    await turnOffAllDigests();
    await sql`insert into digest_encounters select m.no, o.no from journeys m, journeys o
      where m.id = ${mine.id} and o.owner_id = ${ben.id}`;
    await insertMore(anna, mine.id, 3);
    const first = await notificationsOf(anna, '?limit=2');
    const rest = await notificationsOf(anna, `?limit=2&cursor=${first.next_cursor}`);
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect([ids.length, rest.next_cursor]).toEqual([3, null]);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect([first.unread_count, rest.unread_count]).toEqual([3, 3]);
    const { status, json } = await ben.get(`/v1/notifications?cursor=${first.next_cursor}`);
    expect([status, json.code]).toEqual([400, 'http.invalid_cursor']);
    expect(await kindsOf(ben)).toEqual([]);
  });

  test('only their rider can mark notifications as read, up to a given one', async () => {
    const { anna, ben } = await createConnectedPair();
    const [, { id: newest }] = [
      await read(ben.rider, crypto.randomUUID()),
      (await notificationsOf(anna.rider)).items[0],
    ];
    const nobody = await createRider();
    const answers = [await read(nobody, newest), await read(nobody, crypto.randomUUID())];
    for (const answer of answers) expect(comparableParts(answer)).toEqual(comparableParts(answers[0] ?? answer));
    expect((await notificationsOf(anna.rider)).unread_count).toBe(1);
    expect((await read(anna.rider, '00000000-0000-7000-8000-000000000000')).json).toEqual({ unread_count: 1 });
    for (let n = 0; n < 2; n += 1) expect((await read(anna.rider, newest)).json).toEqual({ unread_count: 0 });
    expect((await notificationsOf(anna.rider)).items).toMatchObject([{ read: true }]);
  });

  test('a guest can read notifications, which name nobody then, but cannot mark them', async () => {
    const { anna } = await createConnectedPair();
    const { items } = await notificationsOf(anna.rider);
    expect(items).toHaveLength(1);
    await sql`update users set role = 'guest' where id = ${anna.rider.id}`;
    expect((await notificationsOf(anna.rider)).items).toEqual([]);
    expect((await read(anna.rider, items[0].id)).status).toBe(403);
  });

  test.each([{}, { up_to: 'x' }, { up_to: crypto.randomUUID(), more: 1 }])(
    'marking notifications as read with %j is refused',
    async (body) => {
      expect((await (await createRider()).post('/v1/notifications/read', body)).status).toBe(422);
    },
  );

  test('a rider keeps the newest two hundred notifications', async () => {
    const [anna, ben] = await createPair();
    await insertMore(ben.rider, ben.journeyId, 250);
    await askToConnect(anna);
    expect(await rowsOf(ben.rider)).toHaveLength(200);
    expect(await kindsOf(ben.rider)).toContain('connection_requested');
    const [oldest] = await sql`select min(id::text) as id from notifications where rider_id = ${ben.rider.id}`;
    expect(oldest?.id).toBe('00000000-0000-7000-8000-000000000052');
  });

  test('notifications disappear after 90 days and are deleted within the next hour', async () => {
    setTime(new Date());
    const { anna, ben } = await createConnectedPair();
    advance(89, 'days');
    expect(await kindsOf(anna.rider)).toHaveLength(1);
    const upkeep = (schedule['7 * * * *'] ?? []).filter(({ name }) => name === 'notifications.purge');
    await otherWorker({}).run(...upkeep);
    expect(await rowsOf(anna.rider)).toHaveLength(1);
    advance(2, 'days');
    expect(await notificationsOf(anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
    await otherWorker({}).run(...upkeep);
    expect([await rowsOf(anna.rider), await rowsOf(ben.rider)]).toEqual([[], []]);
  });
});
