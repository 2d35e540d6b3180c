import { describe, expect, test } from 'vitest';
import { call } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql, untilAsleep } from '../../support/db.ts';
import { createRider, freshToken } from '../../support/factories.ts';
import { mailsTo, mailTo } from '../../support/mailer.ts';
import { comparableParts, otherWorker } from '../auth/sign-up.ts';
import { askToConnect, changeConnection, createConnectedPair, createPair, listConnections, type Side } from './pair.ts';

describe('connection requests', () => {
  test('a connection request shows its receiver a name and a message, and its sender nothing new [M6]', async () => {
    const [anna, ben] = await createPair();
    const { status, json, text } = await askToConnect(anna);
    expect([status, json.state, json.direction, json.rider]).toEqual([201, 'requested', 'sent', null]);
    expect(json.encounter_id).toBe(anna.encounterId);
    for (const secret of [ben.rider.id, ben.rider.email, 'Ben', ben.journeyId]) expect(text).not.toContain(secret);
    const [received] = await listConnections(ben);
    expect(received).toMatchObject({
      direction: 'received',
      message: 'A coffee near Linz?',
      encounter_id: null,
      rider: { id: null, name: 'Anna', email: null },
    });
    for (const secret of [anna.rider.id, anna.rider.email, anna.journeyId])
      expect(JSON.stringify(received)).not.toContain(secret);
    const mail = await mailTo(ben.rider.email);
    expect(mail.text).toContain('from a rider who calls themselves “Anna”. Their route comes near yours');
    expect(mail.text).toContain('“A coffee near Linz?”');
    for (const secret of [anna.rider.email, anna.rider.id]) expect(mail.text).not.toContain(secret);
  });

  test('a connection request puts no link of its message into the mail', async () => {
    const [anna, ben] = await createPair();
    await askToConnect(anna, 'See https://evil.example/x or call +43 660 1234567');
    const mail = await mailTo(ben.rider.email);
    expect(mail.links).toHaveLength(1);
    expect(mail.text).not.toMatch(/evil\.example|1234567/);
  });

  test('a connection request needs an encounter shown to its sender, and all other ids get equal responses [I33]', async () => {
    const [anna, ben] = await createPair();
    const unknown = await askToConnect({ ...anna, encounterId: crypto.randomUUID() });
    expect([unknown.status, unknown.json.code]).toEqual([404, 'connections.no_such_encounter']);
    expect(comparableParts(await askToConnect({ ...anna, encounterId: ben.encounterId }))).toEqual(
      comparableParts(unknown),
    );
    await ben.rider.post('/v1/me/hide');
    expect(comparableParts(await askToConnect(anna))).toEqual(comparableParts(unknown));
    await ben.rider.post('/v1/me/unhide');
    const { json } = await ben.rider.post('/v1/blocks', { named_by: 'user_id', user_id: anna.rider.id });
    expect(comparableParts(await askToConnect(anna))).toEqual(comparableParts(unknown));
    await ben.rider.delete(`/v1/blocks/${json.id}`);
    await ben.rider.patch(`/v1/journeys/${ben.journeyId}`, { visibility: 'private' });
    expect(comparableParts(await askToConnect(anna))).toEqual(comparableParts(unknown));
    expect(await mailsTo(ben.rider.email)).toEqual([]);
    await anna.rider.post('/v1/me/hide');
    expect((await askToConnect(anna)).status).toBe(404);
  });

  test('simultaneous connection requests make one connection and one mail [S20]', async () => {
    const [anna, ben] = await createPair();
    const answers = await Promise.all(Array.from({ length: 8 }, () => askToConnect(anna)));
    const created = answers.filter(({ status }) => status === 201);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(new Set(created.map(({ json }) => json.id)).size).toBe(1);
    await mailTo(ben.rider.email);
    expect(await mailsTo(ben.rider.email)).toHaveLength(1);
  });

  test('riders who ask each other simultaneously get one connection, accepted by the second request [S20]', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [anna, ben] = await createPair();
      const answers = await Promise.all([askToConnect(anna), askToConnect(ben)]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(answers.map(({ json }) => json.state).sort()).toEqual(['accepted', 'requested']);
      expect((await listConnections(anna))[0].rider).toEqual({ id: ben.rider.id, name: 'Ben', email: ben.rider.email });
      expect((await listConnections(ben))[0].rider).toEqual({
        id: anna.rider.id,
        name: 'Anna',
        email: anna.rider.email,
      });
    }
  });

  test.each(['decline', 'accept'])(
    'a repeated connection request during an answer does not change the answer (%s) [S20]',
    async (what) => {
      for (let round = 0; round < 8; round += 1) {
        const [anna, ben] = await createPair();
        const { json } = await askToConnect(anna);
        const [answer] = await Promise.all([
          changeConnection(ben.rider, json.id, what),
          askToConnect(anna),
          askToConnect(anna),
          askToConnect(anna),
          askToConnect(anna),
        ]);
        expect(answer.status).toBe(200);
        expect((await listConnections(ben))[0].state).toBe(answer.json.state);
      }
    },
  );

  test('a declined connection request looks unanswered to its sender, even when repeated', async () => {
    setTime(new Date());
    const [declined, ignored] = [await createPair(), await createPair()];
    for (const [one] of [declined, ignored]) await askToConnect(one);
    const [received] = await listConnections(declined[1]);
    expect((await changeConnection(declined[1].rider, received.id, 'decline')).json.state).toBe('declined');
    const looks = async ([one]: [Side, Side]) => {
      const again = await one.rider.post(
        '/v1/connections',
        { encounter_id: one.encounterId, message: 'Please?' },
        { token: await freshToken(one.rider) },
      );
      const shown = {
        again: again.json,
        list: await listConnections(one),
        requested: await listConnections(one, '?state=requested'),
      };
      const text = JSON.stringify([again.status, shown, await listConnections(one, '?state=declined')]);
      return text.replaceAll(shown.again.id, 'id').replaceAll(one.encounterId, 'encounter');
    };
    expect(await looks(declined)).toBe(await looks(ignored));
    expect(await listConnections(declined[1], '?state=declined')).toHaveLength(1);
    // Taking it back and asking again is no way around it.
    for (const [one] of [declined, ignored])
      await one.rider.delete(`/v1/connections/${(await listConnections(one))[0].id}`);
    expect(await looks(declined)).toBe(await looks(ignored));
    expect(await listConnections(declined[1], '?state=requested')).toEqual([]);
    expect(await mailsTo(declined[1].rider.email)).toHaveLength(1);

    advance(91, 'days');
    expect(await looks(declined)).toBe(await looks(ignored));
    expect(await listConnections(declined[1], '?state=requested')).toMatchObject([{ message: 'Please?' }]);
  });

  test('a rider has a daily limit of connection requests', async () => {
    const [anna] = await createPair();
    const worker = otherWorker({ CONNECTION_REQUESTS_PER_DAY: '0' });
    const body = { encounter_id: anna.encounterId, message: '' };
    const { status, json, headers } = await worker.call('POST', '/v1/connections', { token: anna.rider.token, body });
    expect([status, json.code, headers.get('Retry-After')]).toEqual([429, 'connections.too_many_requests', '86400']);
    expect(await listConnections(anna)).toEqual([]);
  });

  test('a connection request counts for its day also when the other rider is gone, and once for an encounter', async () => {
    setTime(new Date());
    const [anna, ben] = await createPair();
    for (const _ of [1, 2]) await askToConnect(anna);
    const usage = async () => (await anna.rider.get('/v1/me/usage')).json.connection_requests_per_day;
    expect(await usage()).toMatchObject({ used: 1, max: 10 });
    await ben.rider.delete('/v1/me');
    expect(await usage()).toMatchObject({ used: 1 });
    advance(25, 'hours');
    const token = await freshToken(anna.rider);
    const { json } = await call('GET', '/v1/me/usage', { token });
    expect(json.connection_requests_per_day).toEqual({ used: 0, max: 10, resets_at: null });
  });
});

describe('connections', () => {
  test('an accepted connection shows both riders who they are and names their encounter', async () => {
    const { anna, ben, id } = await createConnectedPair();
    expect(await listConnections(anna, '?state=accepted')).toMatchObject([{ id, rider: { email: ben.rider.email } }]);
    const { json } = await anna.rider.get(`/v1/journeys/${anna.journeyId}/nearby`);
    expect(json.items).toMatchObject([
      { journey: { id: ben.journeyId, name: 'Of Ben' }, rider: { id: ben.rider.id, name: 'Ben' } },
    ]);
    const mail = await mailTo(anna.rider.email);
    expect(mail.text).toContain('was accepted by a rider who calls themselves “Ben”');
    expect(mail.text).not.toContain(ben.rider.email);
    expect((await changeConnection(ben.rider, id, 'accept')).status).toBe(200);
    // A mail goes out after the answer.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await mailsTo(anna.rider.email)).toHaveLength(1);
  });

  test('only the receiver of a connection request can accept or decline it [I33]', async () => {
    const [anna, ben] = await createPair();
    const [stranger, { json }] = [await createRider(), await askToConnect(anna)];
    for (const what of ['accept', 'decline']) {
      const none = await changeConnection(anna.rider, crypto.randomUUID(), what);
      expect([none.status, none.json.code]).toEqual([404, 'connections.not_found']);
      for (const rider of [anna.rider, stranger])
        expect(comparableParts(await changeConnection(rider, json.id, what)), what).toEqual(comparableParts(none));
    }
    expect((await listConnections(ben))[0].state).toBe('requested');
  });

  test('a connection ends for both when either leaves it or blocks the other', async () => {
    const [left, blocked] = [await createConnectedPair(), await createConnectedPair()];
    expect((await left.ben.rider.delete(`/v1/connections/${left.id}`)).status).toBe(204);
    await blocked.anna.rider.post('/v1/blocks', { named_by: 'user_id', user_id: blocked.ben.rider.id });
    for (const side of [left.anna, left.ben, blocked.anna, blocked.ben])
      expect(await listConnections(side)).toEqual([]);
    expect(await sql`select from connections where id = any(${[left.id, blocked.id]})`).toEqual([]);
  });

  test('a grant of exact places works one way, until the journey completes or the grant is withdrawn', async () => {
    const { anna, ben, id } = await createConnectedPair();
    const set = (side: Side, exact: boolean) => side.rider.patch(`/v1/connections/${id}`, { exact });
    expect((await set(anna, true)).json.exact).toEqual({ granted: true, received: false });
    expect((await listConnections(ben))[0].exact).toEqual({ granted: false, received: true });
    expect((await set(anna, false)).json.exact.granted).toBe(false);
    await set(anna, true);
    await anna.rider.post(`/v1/journeys/${anna.journeyId}/complete`);
    expect((await listConnections(ben))[0].exact.received).toBe(false);
    const { status, json } = await set(anna, true);
    expect([status, json.code]).toEqual([409, 'connections.journey_over']);
    await anna.rider.post(`/v1/journeys/${anna.journeyId}/activate`);
    expect((await listConnections(ben))[0].exact.received).toBe(false);
    await set(ben, true);
    await ben.rider.delete(`/v1/journeys/${ben.journeyId}`);
    expect((await listConnections(anna))[0].exact.received).toBe(false);
  });

  test('exact places cannot be granted before the connection is accepted', async () => {
    const [anna] = await createPair();
    const { json } = await askToConnect(anna);
    const refused = await anna.rider.patch(`/v1/connections/${json.id}`, { exact: true });
    expect([refused.status, refused.json.code]).toEqual([409, 'connections.not_accepted']);
  });
});

test('a connection request that waits for the commit of a block is refused and makes no connection', async () => {
  const [anna, ben] = await createPair();
  const blocking = sql.transaction([
    sql`select from users where id = ${ben.rider.id} for no key update`,
    sql`insert into blocks (id, blocker_id, blocked_id, named_by, created_at)
      values (gen_random_uuid(), ${ben.rider.id}, ${anna.rider.id}, 'user_id', ${new Date().toISOString()})`,
    sql`select pg_sleep(1)`,
  ]);
  await untilAsleep(blocking);
  const { status, json } = await askToConnect(anna);
  await blocking;
  expect([status, json.code]).toEqual([404, 'connections.no_such_encounter']);
  expect(await sql`select from connections where requester_id = ${anna.rider.id}`).toEqual([]);
});

test('calls that change nothing of a connection write no audit entry', async () => {
  const [anna, ben] = await createPair();
  const { id } = (await askToConnect(anna)).json;
  const repeat = async (act: () => Promise<{ status: number }>) => {
    for (let n = 0; n < 3; n += 1) expect((await act()).status).toBeLessThan(300);
  };
  await repeat(() => askToConnect(anna));
  await repeat(() => changeConnection(ben.rider, id, 'decline'));
  await repeat(() => changeConnection(ben.rider, id, 'accept'));
  for (const exact of [true, false]) await repeat(() => anna.rider.patch(`/v1/connections/${id}`, { exact }));
  const rows = await sql`select action from audit where subject_id = ${id} order by at, id`;
  expect(rows.map(({ action }) => action.replace('connections.', ''))).toEqual([
    'request',
    'decline',
    'accept',
    'grant_exact',
    'end_exact',
  ]);
});
