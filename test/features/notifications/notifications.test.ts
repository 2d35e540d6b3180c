import { beforeEach, describe, expect, test } from 'vitest';
import { schedule } from '../../../src/cron/schedule.ts';
import { type Answer, call } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, freshToken, type Rider } from '../../support/factories.ts';
import { signatureOf } from '../../support/mailer.ts';
import { otherWorker, sameness } from '../auth/identity.ts';
import { act, ask, createConnected, createPair, listOf } from '../connections/pair.ts';
import { createMeeting, createPlan, forgetOthers, runDigests } from '../discovery/digest.ts';

const told = async (rider: Rider, query = '') => {
  const { status, json, text } = await rider.get(`/v1/notifications${query}`, { token: await freshToken(rider) });
  if (status !== 200) throw new Error(text);
  return json;
};
const kindsOf = async (rider: Rider): Promise<string[]> =>
  (await told(rider)).items.map(({ kind }: { kind: string }) => kind);
const read = async (rider: Rider, upTo: string) =>
  rider.post('/v1/notifications/read', { up_to: upTo }, { token: await freshToken(rider) });
const rowsOf = async ({ id }: Rider) => await sql`select * from notifications where rider_id = ${id}`;

/** So many more, the first an hour old, by SQL: what each tells of would take a rider of its own. */
async function insertMore({ id }: Rider, journeyId: string, count: number): Promise<void> {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  await sql`insert into notifications (id, rider_id, kind, journey_id, created_at)
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${id}, 'riders_near', ${journeyId}, ${at}
    from generate_series(1, ${count}::int) n on conflict do nothing`;
}

describe('a connection', () => {
  test('asked for, is told to who is asked: the request, and the name that it shows', async () => {
    const [anna, ben] = await createPair();
    const { json: request } = await ask(anna);
    const { items, unread_count: unread, next_cursor: next } = await told(ben.rider);
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
    expect(await told(anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
  });

  test('accepted, is told to who asked, and shows both who they are', async () => {
    const { anna, ben, id } = await createConnected();
    const who = ({ rider }: typeof anna) => ({ id: rider.id, name: rider.name });
    expect((await told(anna.rider)).items).toMatchObject([
      { kind: 'connection_accepted', connection_id: id, rider: who(ben) },
    ]);
    expect((await told(ben.rider)).items).toMatchObject([
      { kind: 'connection_requested', connection_id: id, rider: who(anna) },
    ]);
    expect(JSON.stringify(await told(anna.rider))).not.toContain(ben.rider.email);
  });

  test('asked for by each other, tells the first that it is accepted', async () => {
    const [anna, ben] = await createPair();
    await ask(anna);
    await ask(ben);
    expect([await kindsOf(anna.rider), await kindsOf(ben.rider)]).toEqual([
      ['connection_accepted'],
      ['connection_requested'],
    ]);
  });

  test('S20: of many at once is told once', async () => {
    const [anna, ben] = await createPair();
    await Promise.all(Array.from({ length: 8 }, () => ask(anna)));
    const { items } = await told(ben.rider);
    expect(items).toHaveLength(1);
    await Promise.all(Array.from({ length: 8 }, () => act(ben.rider, items[0].connection_id, 'accept')));
    expect(await rowsOf(anna.rider)).toHaveLength(1);
    expect(await rowsOf(ben.rider)).toHaveLength(1);
  });

  test('accepted once more, is no news', async () => {
    const { anna, ben, id } = await createConnected();
    await read(anna.rider, (await told(anna.rider)).items[0].id);
    expect((await act(ben.rider, id, 'accept')).status).toBe(200);
    expect((await told(anna.rider)).unread_count).toBe(0);
  });

  test('that is refused is told to nobody, at once or later', async () => {
    const [anna, ben] = await createPair();
    const refused = await ask({ ...anna, encounterId: crypto.randomUUID() });
    expect(refused.status).toBe(404);
    expect([await rowsOf(anna.rider), await rowsOf(ben.rider)]).toEqual([[], []]);
  });

  test('I33: declined, looks to who asked as if it were never answered', async () => {
    setTime(new Date());
    const [declined, ignored] = [await createPair(), await createPair()];
    for (const pair of [declined, ignored]) await ask(pair[0]);
    await act(declined[1].rider, (await listOf(declined[1]))[0].id, 'decline');
    expect(await told(declined[0].rider)).toEqual(await told(ignored[0].rider));
    expect((await told(declined[1].rider)).items).toMatchObject([{ rider: { id: null, name: 'Anna' } }]);

    // Asked again it is no news for 90 days, and then it is.
    const [, { rider }] = declined;
    await read(rider, (await told(rider)).items[0].id);
    const again = async () =>
      declined[0].rider.post(
        '/v1/connections',
        { encounter_id: declined[0].encounterId, message: 'Please?' },
        { token: await freshToken(declined[0].rider) },
      );
    await again();
    expect((await told(rider)).unread_count).toBe(0);
    advance(91, 'days');
    expect((await again()).status).toBe(201);
    expect(await told(rider)).toMatchObject({ unread_count: 1, items: [{ read: false }] });
    expect(await rowsOf(rider)).toHaveLength(1);
  });

  test('taken back, is told no longer; asked for by the other then, it is told to the first alone', async () => {
    const [anna, ben] = await createPair();
    const { json } = await ask(anna);
    await anna.rider.delete(`/v1/connections/${json.id}`);
    expect(await told(ben.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
    await ask(ben);
    expect([await kindsOf(anna.rider), await kindsOf(ben.rider)]).toEqual([['connection_requested'], []]);
  });

  type Pair = Awaited<ReturnType<typeof createConnected>>;
  test.each<[string, (pair: Pair) => Promise<unknown>]>([
    ['is ended', ({ ben, id }) => ben.rider.delete(`/v1/connections/${id}`)],
    ['ends by a block', ({ ben, anna }) => ben.rider.post('/v1/blocks', { user_id: anna.rider.id })],
    ['ends with an account', ({ ben }) => ben.rider.delete('/v1/me')],
  ])('that %s takes what was told of it along', async (_, end) => {
    const pair = await createConnected();
    await end(pair);
    expect(await told(pair.anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
    expect(await sql`select from notifications where connection_id = ${pair.id}`).toEqual([]);
  });

  test.each(['hidden_at', 'disabled_at'])(
    'I33: with a rider who is not on show (%s) is not there meanwhile',
    async (at) => {
      const { anna, ben } = await createConnected();
      const before = await told(anna.rider);
      await sql.query(`update users set ${at} = now() where id = $1`, [ben.rider.id]);
      expect(await told(anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
      // What could not be seen is not read either.
      await read(anna.rider, before.items[0].id);
      await sql.query(`update users set ${at} = null where id = $1`, [ben.rider.id]);
      expect(await told(anna.rider)).toEqual(before);
    },
  );
});

describe('riders near', () => {
  beforeEach(forgetOthers);

  test('are told of as the mail goes out, once for each journey, without a word on who', async () => {
    const { anna, ben, mine, theirs, road } = await createMeeting();
    const second = await createPlan(anna, road, { name: 'By the other bank' });
    await Promise.all(Array.from({ length: 4 }, runDigests));
    const { items, unread_count: unread } = await told(anna);
    expect(unread).toBe(2);
    for (const item of items) expect(item).toMatchObject({ kind: 'riders_near', connection_id: null, rider: null });
    expect(new Set(items.map((item: { journey_id: string }) => item.journey_id))).toEqual(
      new Set([mine.id, second.id]),
    );
    for (const secret of [ben.id, ben.name, theirs.id]) expect(JSON.stringify(items)).not.toContain(secret);
    expect(await kindsOf(ben)).toEqual([]);
  });

  test('are not told of where no mail goes out: the next run does both', async () => {
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
    ['they hide', ({ ben }) => ben.post('/v1/me/hide')],
    ['I hide: who is hidden sees nobody', ({ anna }) => anna.post('/v1/me/hide')],
    ['they block me', ({ anna, ben }) => ben.post('/v1/blocks', { user_id: anna.id })],
    ['I block them', ({ anna, ben }) => anna.post('/v1/blocks', { user_id: ben.id })],
    ['they delete the account', ({ ben }) => ben.delete('/v1/me')],
    ['they delete the journey', ({ ben, theirs }) => ben.delete(`/v1/journeys/${theirs.id}`)],
    ['they make it private', ({ ben, theirs }) => ben.patch(`/v1/journeys/${theirs.id}`, { visibility: 'private' })],
    ['I make mine private', ({ anna, mine }) => anna.patch(`/v1/journeys/${mine.id}`, { visibility: 'private' })],
    ['I delete mine', ({ anna, mine }) => anna.delete(`/v1/journeys/${mine.id}`)],
  ])('I31: are told of no longer once %s', async (_, end) => {
    const meeting = await createMeeting();
    await runDigests();
    expect(await kindsOf(meeting.anna)).toEqual(['riders_near']);
    expect((await end(meeting)).status).toBeLessThan(300);
    expect(await told(meeting.anna)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
  });
});

describe('the list', () => {
  test('I26, I28: is mine, newest first, page by page, and its cursor nobody else’s', async () => {
    const { anna, mine, ben } = await createMeeting();
    await forgetOthers();
    await sql`insert into told_encounters select m.no, o.no from journeys m, journeys o
      where m.id = ${mine.id} and o.owner_id = ${ben.id}`;
    await insertMore(anna, mine.id, 3);
    const first = await told(anna, '?limit=2');
    const rest = await told(anna, `?limit=2&cursor=${first.next_cursor}`);
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect([ids.length, rest.next_cursor]).toEqual([3, null]);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect([first.unread_count, rest.unread_count]).toEqual([3, 3]);
    const { status, json } = await ben.get(`/v1/notifications?cursor=${first.next_cursor}`);
    expect([status, json.code]).toEqual([400, 'http.invalid_cursor']);
    expect(await kindsOf(ben)).toEqual([]);
  });

  test('is read up to one of them, by its rider alone, whatever is named', async () => {
    const { anna, ben } = await createConnected();
    const [, { id: newest }] = [await read(ben.rider, crypto.randomUUID()), (await told(anna.rider)).items[0]];
    const nobody = await createRider();
    const answers = [await read(nobody, newest), await read(nobody, crypto.randomUUID())];
    for (const answer of answers) expect(sameness(answer)).toEqual(sameness(answers[0] ?? answer));
    expect((await told(anna.rider)).unread_count).toBe(1);
    expect((await read(anna.rider, '00000000-0000-7000-8000-000000000000')).json).toEqual({ unread_count: 1 });
    for (let n = 0; n < 2; n += 1) expect((await read(anna.rider, newest)).json).toEqual({ unread_count: 0 });
    expect((await told(anna.rider)).items).toMatchObject([{ read: true }]);
  });

  test('is read by a guest, who marks nothing', async () => {
    const { anna } = await createConnected();
    await sql`update users set role = 'guest' where id = ${anna.rider.id}`;
    const { items } = await told(anna.rider);
    expect(items).toHaveLength(1);
    expect((await read(anna.rider, items[0].id)).status).toBe(403);
  });

  test.each([{}, { up_to: 'x' }, { up_to: crypto.randomUUID(), more: 1 }])('is not read by %j', async (body) => {
    expect((await (await createRider()).post('/v1/notifications/read', body)).status).toBe(422);
  });

  test('holds two hundred, the newest', async () => {
    const [anna, ben] = await createPair();
    await insertMore(ben.rider, ben.journeyId, 250);
    await ask(anna);
    expect(await rowsOf(ben.rider)).toHaveLength(200);
    expect(await kindsOf(ben.rider)).toContain('connection_requested');
    const [oldest] = await sql`select min(id::text) as id from notifications where rider_id = ${ben.rider.id}`;
    expect(oldest?.id).toBe('00000000-0000-7000-8000-000000000052');
  });

  test('forgets after 90 days, and the hour after they are gone', async () => {
    setTime(new Date());
    const { anna, ben } = await createConnected();
    advance(89, 'days');
    expect(await kindsOf(anna.rider)).toHaveLength(1);
    const upkeep = (schedule['7 * * * *'] ?? []).filter(({ name }) => name === 'notifications.forget');
    await otherWorker({}).run(...upkeep);
    expect(await rowsOf(anna.rider)).toHaveLength(1);
    advance(2, 'days');
    expect(await told(anna.rider)).toEqual({ items: [], next_cursor: null, unread_count: 0 });
    await otherWorker({}).run(...upkeep);
    expect([await rowsOf(anna.rider), await rowsOf(ben.rider)]).toEqual([[], []]);
  });
});
