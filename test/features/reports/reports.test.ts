import { describe, expect, test } from 'vitest';
import { schedule } from '../../../src/cron/schedule.ts';
import type { Answer } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, freshToken, makeAdmin, type Rider } from '../../support/factories.ts';
import { mailsTo } from '../../support/mailer.ts';
import { comparableParts, otherWorker } from '../auth/sign-up.ts';
import { askToConnect, changeConnection, createConnectedPair, createPair } from '../connections/pair.ts';

const report = async (rider: Rider, named: object, said: object = {}) =>
  rider.post(
    '/v1/reports',
    { ...named, reason: 'harassment', message: 'Asks where I camp.', ...said },
    { token: await freshToken(rider) },
  );
const unknownId = () => crypto.randomUUID();
const settle = (admin: Rider, id: string, outcome = 'dismissed', options = {}) =>
  admin.post(`/v1/admin/reports/${id}/settle`, { outcome, note: 'Seen.' }, options);

async function createAdmin(): Promise<Rider> {
  const admin = await createRider({ name: 'Ada' });
  await makeAdmin(admin);
  return admin;
}

type Received = { id: string; created_at: string; reporter: { id: string }; reported: { id: string } };

/** The reports of one rider as admins see them, since the database has other riders' reports too. */
async function listReports(admin: Rider, reporter: Rider, query = '') {
  const items: Received[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { json, text } = await admin.get(`/v1/admin/reports?limit=100${query}${cursor && `&cursor=${cursor}`}`);
    if (!json.items) throw new Error(text);
    items.push(...json.items);
    cursor = json.next_cursor;
  }
  return items.filter((item) => item.reporter.id === reporter.id);
}

/** Without what the caller has said, and without the id, which is of that. */
const looks = (answer: Answer, named: string) => {
  const { text, ...rest } = comparableParts(answer);
  return { ...rest, text: text.replaceAll(named, 'named').replaceAll(answer.json.id, 'id') };
};

describe('reports', () => {
  test('a report is answered with its content and reaches the admins', async () => {
    const [admin, anna, ben] = [
      await createAdmin(),
      await createRider({ name: 'Anna' }),
      await createRider({ name: 'Ben' }),
    ];
    const { status, json } = await report(anna, { named_by: 'user_id', user_id: ben.id });
    expect(status).toBe(201);
    const said = { named_by: 'user_id', reason: 'harassment', message: 'Asks where I camp.' };
    expect(json).toEqual({ id: json.id, ...said });
    const [seen, ...more] = await listReports(admin, anna);
    expect(more).toEqual([]);
    expect(seen).toEqual({
      ...json,
      state: 'open',
      reporter: { id: anna.id, name: 'Anna' },
      reported: { id: ben.id, name: 'Ben', disabled: false },
      note: '',
      settled_by: null,
      settled_at: null,
      version: 1,
      created_at: seen?.created_at,
    });
  });

  test('a report gets an equal response for existing, unknown, hidden, blocking, suspended and deleted riders [I33]', async () => {
    const anna = await createRider();
    const ways: Record<string, (other: Rider) => Promise<unknown>> = {
      existing: async () => undefined,
      hidden: (other) => other.post('/v1/me/hide'),
      blocking: (other) => other.post('/v1/blocks', { named_by: 'user_id', user_id: anna.id }),
      suspended: (other) => sql`update users set disabled_at = created_at where id = ${other.id}`,
      gone: (other) => other.delete('/v1/me'),
    };
    const answers = new Set<string>();
    const named = [unknownId()];
    for (const change of Object.values(ways)) {
      const other = await createRider();
      await change(other);
      named.push(other.id);
    }
    for (let n = 0; n < 2; n += 1)
      for (const id of named)
        answers.add(JSON.stringify(looks(await report(anna, { named_by: 'user_id', user_id: id }), id)));
    expect([...answers]).toHaveLength(1);
  });

  test('a report by encounter or connection id reveals neither whether it exists nor that both are one rider [I33]', async () => {
    const [admin, [anna, ben]] = [await createAdmin(), await createPair()];
    const { json: connection } = await askToConnect(ben);
    const ways = [
      ['encounter_id', anna.encounterId],
      ['connection_id', connection.id],
    ] as const;
    const ids: string[] = [];
    for (const [by, value] of ways) {
      const [answer, none] = [
        await report(anna.rider, { named_by: by, [by]: value }),
        await report(anna.rider, { named_by: by, [by]: unknownId() }),
      ];
      expect(looks(answer, value)).toEqual(looks(none, value));
      expect(answer.text).not.toContain(ben.rider.id);
      ids.push(answer.json.id);
    }
    ids.push((await report(anna.rider, { named_by: 'user_id', user_id: ben.rider.id })).json.id);
    expect(new Set(ids).size).toBe(3);
    // To the admins it is one, until it is settled.
    const open = await listReports(admin, anna.rider, '&state=open');
    expect(open).toMatchObject([{ id: ids[0], reported: { id: ben.rider.id } }]);
    await settle(admin, ids[0] ?? '');
    expect(await listReports(admin, anna.rider, '&state=open')).toEqual([]);
    expect(await listReports(admin, anna.rider, '&state=dismissed')).toHaveLength(3);
  });

  test("a report by another rider's encounter or connection stays without a reported rider", async () => {
    const [{ anna, id }, stranger] = [await createConnectedPair(), await createRider()];
    await report(stranger, { named_by: 'connection_id', connection_id: id });
    await report(stranger, { named_by: 'encounter_id', encounter_id: anna.encounterId });
    await report(stranger, { named_by: 'encounter_id', encounter_id: anna.rider.id });
    const rows = await sql`select reported_id from reports where reporter_id = ${stranger.id}`;
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ reported_id: null })));
  });

  test.each<[string, (sender: Rider, id: string) => Promise<unknown>]>([
    ['is withdrawn', (sender, id) => sender.delete(`/v1/connections/${id}`)],
    ['comes from a rider who then hides', (sender) => sender.post('/v1/me/hide')],
  ])('a report of a connection request that %s finds its sender', async (_, end) => {
    const [anna, ben] = await createPair();
    const { json } = await askToConnect(anna);
    await end(anna.rider, json.id);
    await report(ben.rider, { named_by: 'connection_id', connection_id: json.id });
    const [row] = await sql`select reported_id from reports where reporter_id = ${ben.rider.id}`;
    expect(row?.reported_id).toBe(anna.rider.id);
  });

  test('a repeated report of a connection still finds the rider after the connection has ended', async () => {
    const { anna, ben, id } = await createConnectedPair();
    await report(anna.rider, { named_by: 'connection_id', connection_id: id });
    await ben.rider.delete(`/v1/connections/${id}`);
    expect((await report(anna.rider, { named_by: 'connection_id', connection_id: id })).status).toBe(201);
    const [row] = await sql`select reported_id from reports where reporter_id = ${anna.rider.id}`;
    expect(row?.reported_id).toBe(ben.rider.id);
  });

  test('repeated reports of one rider are one report with the latest text, even when sent simultaneously', async () => {
    const [admin, anna, ben] = [await createAdmin(), await createRider(), await createRider()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => report(anna, { named_by: 'user_id', user_id: ben.id })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const [first] = await listReports(admin, anna);
    const said = { reason: 'threat', message: 'Now he threatens me.' };
    expect((await report(anna, { named_by: 'user_id', user_id: ben.id }, said)).json).toMatchObject(said);
    expect(await listReports(admin, anna)).toMatchObject([{ ...said, state: 'open', created_at: first?.created_at }]);
  });

  test('a report of oneself or with malformed content is refused', async () => {
    const rider = await createRider();
    const { status, json } = await report(rider, { named_by: 'user_id', user_id: rider.id });
    expect([status, json.code]).toEqual([409, 'reports.yourself']);
    for (const [named, said] of [
      [{}, {}],
      [{ named_by: 'user_id', user_id: '1' }, {}],
      [{ named_by: 'user_id', user_id: unknownId(), encounter_id: unknownId() }, {}],
      [{ named_by: 'user_id', user_id: unknownId() }, { reason: 'he is rude' }],
      [{ named_by: 'user_id', user_id: unknownId() }, { message: 'x'.repeat(2_001) }],
      [{ named_by: 'email', email: 'ben@kairos.test' }, {}],
      [{ user_id: unknownId() }, {}],
    ] as const)
      expect((await report(rider, named, said)).status, JSON.stringify([named, said])).toBe(422);
    expect(await sql`select from reports where reporter_id = ${rider.id}`).toEqual([]);
  });

  test('a guest cannot report', async () => {
    const rider = await createRider();
    await sql`update users set role = 'guest' where id = ${rider.id}`;
    expect((await report(rider, { named_by: 'user_id', user_id: unknownId() })).status).toBe(403);
  });

  test('a rider can make twenty new reports a day, whether or not the reported riders exist [P4]', async () => {
    setTime(new Date());
    const [rider, reported] = [await createRider(), await createRider()];
    for (let n = 0; n < 17; n += 1) await report(rider, { named_by: 'user_id', user_id: unknownId() });
    const first = await report(rider, { named_by: 'user_id', user_id: reported.id });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => report(rider, { named_by: 'user_id', user_id: unknownId() })),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(6);
    for (const { status, json, headers } of refused)
      expect([status, json.code, headers.get('Retry-After')]).toEqual([429, 'reports.too_many', '86400']);
    expect((await report(rider, { named_by: 'user_id', user_id: reported.id })).text).toBe(first.text);
    expect((await report(await createRider(), { named_by: 'user_id', user_id: reported.id })).status).toBe(201);
    advance(25, 'hours');
    expect((await report(rider, { named_by: 'user_id', user_id: unknownId() })).status).toBe(201);
  });

  test("the audit names a report by its id and without its text, and the reported rider's audit does not show it [O8, O10]", async () => {
    const [admin, anna, ben] = [await createAdmin(), await createRider(), await createRider()];
    const word = `word-${unknownId()}`;
    const { json } = await report(anna, { named_by: 'user_id', user_id: ben.id }, { message: word });
    await admin.post(`/v1/admin/reports/${json.id}/settle`, { outcome: 'dismissed', note: word });
    const rows = await sql`select * from audit where subject_id = ${json.id} order by at, id`;
    expect(rows.map(({ action, actor_id: actor }) => [action, actor])).toEqual([
      ['reports.create', anna.id],
      ['reports.dismiss', admin.id],
    ]);
    expect(JSON.stringify(rows)).not.toContain(word);
    expect((await ben.get('/v1/me/audit')).json.items).toEqual([]);
    for (const { email } of [anna, ben]) expect(await mailsTo(email)).toEqual([]);
  });
});

describe('reports settled by admins', () => {
  test('suspending disables the reported account and signs it out, and only that is in its audit', async () => {
    const [admin, { anna, ben, id }] = [await createAdmin(), await createConnectedPair()];
    const { json } = await report(anna.rider, { named_by: 'connection_id', connection_id: id });
    const { status, json: settled, headers } = await settle(admin, json.id, 'suspended');
    expect([status, headers.get('ETag')]).toEqual([200, '"2"']);
    expect(settled).toMatchObject({
      state: 'suspended',
      reported: { id: ben.rider.id, disabled: true },
      note: 'Seen.',
      settled_by: admin.id,
      version: 2,
    });
    expect((await ben.rider.get('/v1/me')).status).toBe(401);
    expect((await anna.rider.get('/v1/connections')).json.items).toMatchObject([{ rider: null }]);
    const rows = await sql`select action from audit where subject_id = any(${[ben.rider.id, json.id]}) order by action`;
    expect(rows.map(({ action }) => action)).toEqual(['reports.create', 'reports.suspend', 'users.disable']);
    const { json: found } = await admin.get(`/v1/admin/users?search=${ben.rider.id}`);
    expect(found.items[0].disabled).toBe(true);
  });

  test('a settled report cannot be settled differently, and repeating the same outcome changes nothing', async () => {
    const [admin, anna, ben] = [await createAdmin(), await createRider(), await createRider()];
    const { json } = await report(anna, { named_by: 'user_id', user_id: ben.id });
    const first = await settle(admin, json.id);
    expect((await settle(admin, json.id)).text).toBe(first.text);
    const refused = await settle(admin, json.id, 'suspended');
    expect([refused.status, refused.json.code]).toEqual([409, 'reports.settled']);
    expect((await ben.get('/v1/me')).status).toBe(200);
    expect(await sql`select from audit where subject_id = ${json.id} and action = 'reports.dismiss'`).toHaveLength(1);
  });

  test('when two admins settle a report differently at the same moment, only one succeeds', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [admin, other] = [await createAdmin(), await createAdmin()];
      const [anna, ben] = [await createRider(), await createRider()];
      const { json } = await report(anna, { named_by: 'user_id', user_id: ben.id });
      const answers = await Promise.all([settle(admin, json.id), settle(other, json.id, 'suspended')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const isSuspended = answers[1]?.status === 200;
      expect((await ben.get('/v1/me')).status).toBe(isSuspended ? 401 : 200);
      expect(await listReports(admin, anna)).toMatchObject([
        { state: isSuspended ? 'suspended' : 'dismissed', version: 2 },
      ]);
    }
  });

  test('a report that changed after the admin read it is not settled [P8]', async () => {
    const [admin, anna, ben] = [await createAdmin(), await createRider(), await createRider()];
    const { json } = await report(anna, { named_by: 'user_id', user_id: ben.id });
    await report(anna, { named_by: 'user_id', user_id: ben.id }, { message: 'It was somebody else.' });
    const options = { headers: { 'If-Match': '"1"' } };
    expect((await settle(admin, json.id, 'suspended', options)).status).toBe(412);
    expect((await ben.get('/v1/me')).status).toBe(200);
  });

  test('reporting the same rider again reopens a settled report for admins, and the reporter gets the same response as the first time', async () => {
    const [admin, anna, ben] = [await createAdmin(), await createRider(), await createRider()];
    const first = await report(anna, { named_by: 'user_id', user_id: ben.id });
    await settle(admin, first.json.id);
    expect(looks(await report(anna, { named_by: 'user_id', user_id: ben.id }), ben.id)).toEqual(looks(first, ben.id));
    expect(await listReports(admin, anna)).toMatchObject([
      { state: 'open', note: '', settled_by: null, settled_at: null },
    ]);
  });

  test('settling a report needs the role of admin and a recent login [H9]', async () => {
    setTime(new Date());
    const [admin, anna] = [await createAdmin(), await createRider()];
    const { json } = await report(anna, { named_by: 'user_id', user_id: (await createRider()).id });
    for (const rider of [anna, await createRider()])
      for (const answer of [await rider.get('/v1/admin/reports'), await settle(rider, json.id)])
        expect([answer.status, answer.json.code]).toEqual([403, 'auth.scope_missing']);
    advance(11, 'minutes');
    for (const answer of [
      await admin.get('/v1/admin/reports'),
      await settle(admin, json.id),
      await settle(admin, unknownId()),
    ])
      expect([answer.status, answer.json.code]).toEqual([401, 'auth.reauthentication_required']);
    const [row] = await sql`select state from reports where id = ${json.id}`;
    expect(row?.state).toBe('open');
  });

  test('an admin cannot settle an unknown report or one without a reported rider', async () => {
    const [admin, anna] = [await createAdmin(), await createRider()];
    const { json } = await report(anna, { named_by: 'user_id', user_id: unknownId() });
    expect(await listReports(admin, anna)).toEqual([]);
    for (const id of [unknownId(), json.id]) {
      const answer = await settle(admin, id);
      expect([answer.status, answer.json.code]).toEqual([404, 'reports.not_found']);
    }
    expect((await admin.post(`/v1/admin/reports/${json.id}/settle`, { outcome: 'shot' })).status).toBe(422);
    expect((await admin.get('/v1/admin/reports?state=lost')).status).toBe(422);
  });

  test('admins list reports page by page, newest first, with cursors of their own [I28]', async () => {
    const [admin, other, anna] = [await createAdmin(), await createAdmin(), await createRider()];
    const named: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const { id } = await createRider();
      await report(anna, { named_by: 'user_id', user_id: id });
      named.unshift(id);
    }
    const pages: string[] = [];
    for (let cursor = ''; pages.length < 3; ) {
      const { json } = await admin.get(`/v1/admin/reports?state=open&limit=1${cursor}`);
      pages.push(...json.items.map((item: { reported: { id: string } }) => item.reported.id));
      cursor = `&cursor=${json.next_cursor}`;
      const foreign = await other.get(`/v1/admin/reports?state=open${cursor}`);
      expect([foreign.status, foreign.json.code]).toEqual([400, 'http.invalid_cursor']);
      expect((await admin.get(`/v1/admin/reports?state=dismissed${cursor}`)).status).toBe(400);
    }
    expect(pages).toEqual(named);
  });
});

describe('reports and deleted accounts', () => {
  test("a deleted account takes its own reports and its name in others' reports with it [Q1]", async () => {
    const [admin, anna, ben] = [await createAdmin(), await createRider(), await createRider()];
    const first = await report(anna, { named_by: 'user_id', user_id: ben.id }, { message: 'Ben of the Road, +43 660' });
    await report(ben, { named_by: 'user_id', user_id: anna.id });
    await ben.delete('/v1/me');
    expect(await sql`select from reports where reporter_id = ${ben.id}`).toEqual([]);
    const [row] = await sql`select reports::text as text from reports where id = ${first.json.id}`;
    for (const secret of [ben.id, 'Ben of the Road']) expect(row?.text).not.toContain(secret);
    expect(await listReports(admin, anna)).toEqual([]);
    expect(looks(await report(anna, { named_by: 'user_id', user_id: ben.id }), ben.id)).toEqual(
      looks(await report(anna, { named_by: 'user_id', user_id: unknownId() }), ben.id),
    );
  });

  test('simultaneous deletion and reporting leave no trace and cause no 500 [Q2, S11]', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { anna, ben, id } = await createConnectedPair();
      const answers = await Promise.all([
        ben.rider.delete('/v1/me'),
        report(anna.rider, { named_by: 'user_id', user_id: ben.rider.id }),
        report(anna.rider, { named_by: 'connection_id', connection_id: id }),
        report(ben.rider, { named_by: 'user_id', user_id: anna.rider.id }),
        changeConnection(ben.rider, id, 'accept'),
      ]);
      expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([204, 201, 201]);
      for (const { status } of answers.slice(3)) expect([200, 201, 401]).toContain(status);
      expect(
        await sql`select from reports where reported_id = ${ben.rider.id} or reporter_id = ${ben.rider.id}`,
      ).toEqual([]);
    }
  });
});

test('settled reports and those without a reported rider are deleted after 180 days, open ones stay [Q7]', async () => {
  const [admin, anna, ben, carl] = [await createAdmin(), await createRider(), await createRider(), await createRider()];
  await report(anna, { named_by: 'user_id', user_id: ben.id });
  await report(anna, { named_by: 'user_id', user_id: unknownId() });
  await settle(admin, (await report(anna, { named_by: 'user_id', user_id: carl.id })).json.id);
  const upkeep = (schedule['7 * * * *'] ?? []).filter(({ name }) => name === 'reports.purge');
  const leftOf = async () => (await sql`select reported_id from reports where reporter_id = ${anna.id}`).length;
  await otherWorker({}).run(...upkeep);
  expect(await leftOf()).toBe(3);
  await sql`update reports set last_made_at = last_made_at - interval '181 days' where reporter_id = ${anna.id}`;
  await otherWorker({}).run(...upkeep);
  expect(await listReports(admin, anna)).toMatchObject([{ state: 'open', reported: { id: ben.id } }]);
  expect(await leftOf()).toBe(1);
});
