import { describe, expect, test } from 'vitest';
import { call } from '../../support/app.ts';
import { setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type Rider, riderPassword } from '../../support/factories.ts';
import { mailTo, tokenIn } from '../../support/mailer.ts';
import { comparableParts } from '../auth/sign-up.ts';
import { askToConnect, createPair } from '../connections/pair.ts';
import { createMeeting, digestCount, runDigests } from '../discovery/digest.ts';
import { newProfile, signInAt } from '../oauth/browser.ts';

const block = (rider: Rider, body: object) => rider.post('/v1/blocks', body);
const unknownId = () => crypto.randomUUID();
const freshAddress = () => `${unknownId()}@kairos.test`;
const nameless = (text: string) => JSON.parse(text);

/** The public paths of a rider with an active journey, each with the same path for an unknown id. */
async function createPublic() {
  const rider = await createRider({ name: 'Ben' });
  const { id } = await createJourney(rider, { visibility: 'public' });
  await rider.post(`/v1/journeys/${id}/activate`);
  const paths: [string, string][] = [
    [`/v1/users/${rider.id}`, `/v1/users/${unknownId()}`],
    [`/v1/users/${rider.id}/journeys`, `/v1/users/${unknownId()}/journeys`],
    [`/v1/users/${rider.id}/journeys/active`, `/v1/users/${unknownId()}/journeys/active`],
    [`/v1/journeys/${id}`, `/v1/journeys/${unknownId()}`],
    [`/v1/journeys/${id}/route`, `/v1/journeys/${unknownId()}/route`],
  ];
  return { rider, paths };
}

async function expectGone(viewer: Rider, paths: [string, string][]) {
  for (const [theirs, none] of paths)
    expect(comparableParts(await viewer.get(theirs)), theirs).toEqual(comparableParts(await viewer.get(none)));
}

describe('blocks', () => {
  test('a block makes both riders equal to unknown ones for each other until it is removed [I33]', async () => {
    const [one, other] = [await createPublic(), await createPublic()];
    const { status, json } = await block(one.rider, {
      named_by: 'user_id',
      user_id: other.rider.id,
      label: 'Too near',
    });
    expect([status, json.named_by, json.label]).toEqual([201, 'user_id', 'Too near']);
    await expectGone(one.rider, other.paths);
    await expectGone(other.rider, one.paths);
    const third = await createRider();
    expect((await third.get(`/v1/users/${other.rider.id}`)).status).toBe(200);

    expect((await one.rider.delete(`/v1/blocks/${json.id}`)).status).toBe(204);
    for (const [viewer, paths] of [
      [one.rider, other.paths],
      [other.rider, one.paths],
    ] as const)
      expect((await viewer.get(paths[0]?.[0] ?? '')).status).toBe(200);
  });

  test('a block removes its rider from the encounters and mails of the blocked rider [I31]', async () => {
    const { anna, ben, mine, theirs } = await createMeeting({ visibility: 'public' });
    const met = async () =>
      [await anna.get(`/v1/journeys/${mine.id}/nearby`), await ben.get(`/v1/journeys/${theirs.id}/nearby`)].map(
        ({ json }) => json.items.length,
      );
    expect(await met()).toEqual([1, 1]);
    await block(ben, { named_by: 'user_id', user_id: anna.id });
    expect(await met()).toEqual([0, 1]);
    await runDigests();
    expect(await digestCount(anna)).toBe(0);
  });

  test('a block of an address takes effect as soon as the address signs up', async () => {
    const [{ rider, paths }, email] = [await createPublic(), freshAddress()];
    await block(rider, { named_by: 'email', email });
    await call('POST', '/v1/auth/register', { body: { email, password: riderPassword, name: 'Late' } });
    await call('POST', '/v1/auth/verify-email', { body: { token: tokenIn(await mailTo(email)) } });
    const { json } = await call('POST', '/v1/auth/token', {
      body: new URLSearchParams({ grant_type: 'password', username: email, password: riderPassword }),
    });
    for (const [path, none] of paths) {
      const [theirs, absent] = [
        await call('GET', path, { token: json.access_token }),
        await call('GET', none, { token: json.access_token }),
      ];
      expect(comparableParts(theirs), path).toEqual(comparableParts(absent));
    }
  });

  test('a block of an address covers a rider who signs in with a provider, even after deletion and return', async () => {
    const [rider, profile] = [await createRider(), newProfile()];
    await block(rider, { named_by: 'email', email: profile.email });
    for (let time = 0; time < 2; time += 1) {
      const { code, verifier } = await signInAt('google', profile);
      const { json } = await call('POST', '/v1/auth/oauth/exchange', { body: { code, code_verifier: verifier } });
      expect((await call('GET', `/v1/users/${rider.id}`, { token: json.access_token })).status).toBe(404);
      await sql`delete from users where email = ${profile.email}`;
    }
  });

  test('a block of an address covers accounts that the operator adds, or moves to the address, by SQL', async () => {
    const [{ rider, paths }, riders] = [await createPublic(), [await createRider(), await createRider()]];
    const emails = [freshAddress(), freshAddress()];
    for (const email of emails) await block(rider, { named_by: 'email', email });
    // A rider whose address changes keeps their session, so that the test sees what this account sees.
    await sql`update users set email = case id when ${riders[0]?.id} then ${emails[0]} else ${emails[1]} end
      where id = any(${riders.map(({ id }) => id)})`;
    for (const one of riders) await expectGone(one, paths);

    const [email, id] = [freshAddress(), unknownId()];
    await block(rider, { named_by: 'email', email });
    await sql`insert into users (id, email, name, created_at, updated_at)
      select ${id}, ${email}, 'Moved', created_at, created_at from users where id = ${rider.id}`;
    expect(await sql`select from blocks where blocked_id = ${id}`).toHaveLength(1);
  });

  test('blocking an address gets the same response whether or not a rider has it [A1]', async () => {
    setTime(new Date());
    const rider = await createRider();
    const { email } = await createRider();
    const [known, unknown] = [
      await block(rider, { named_by: 'email', email }),
      await block(rider, { named_by: 'email', email: freshAddress() }),
    ];
    const hidden = await createRider();
    await hidden.post('/v1/me/hide');
    const blocking = await createRider();
    await block(blocking, { named_by: 'user_id', user_id: rider.id });
    const ids = [hidden.id, blocking.id, unknownId()];
    const byId = await Promise.all(ids.map((user_id) => block(rider, { named_by: 'user_id', user_id })));
    const seen = [known, unknown, ...byId].map(({ status, headers, text, json }) => ({
      status,
      headers: [...headers.keys()].sort(),
      body: { ...nameless(text), id: '', named_by: '' },
      is8: json.id[14],
    }));
    for (const one of seen) expect(one).toEqual(seen[0]);
    expect((await rider.get('/v1/blocks')).text).not.toContain(email);
    const [row] = await sql`select blocks::text as text from blocks where id = ${known.json.id}`;
    expect(row?.text).not.toContain('@');
  });

  test('a block by an encounter applies only if it was shown to the rider, and the response does not tell', async () => {
    setTime(new Date());
    const { anna, ben, mine, theirs } = await createMeeting({ visibility: 'public' });
    const [met] = (await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items;
    const byEncounter = (encounter_id: string) => ({ named_by: 'encounter_id', encounter_id });
    await block(ben, byEncounter(met.encounter_id));
    expect((await anna.get(`/v1/users/${ben.id}`)).status).toBe(200);

    const nameless = ({ status, json }: Awaited<ReturnType<typeof block>>) => ({ status, json: { ...json, id: '' } });
    const answers = [await block(anna, byEncounter(met.encounter_id)), await block(anna, byEncounter(unknownId()))];
    await ben.delete(`/v1/journeys/${theirs.id}`);
    answers.push(await block(anna, byEncounter(met.encounter_id)));
    for (const answer of answers) expect(nameless(answer)).toEqual(nameless(answers[0] ?? answer));
    expect((await ben.get(`/v1/users/${anna.id}`)).status).toBe(404);
  });

  test('a rider who is asked to connect can block the asker by the request, of whom they know only the name', async () => {
    setTime(new Date());
    const [asker, asked] = await createPair();
    await askToConnect(asker);
    const [request] = (await asked.rider.get('/v1/connections')).json.items;
    const byConnection = (connection_id: string) => ({ named_by: 'connection_id', connection_id });
    const stranger = await createRider();
    const answers = [
      await block(asked.rider, byConnection(request.id)),
      await block(asked.rider, byConnection(unknownId())),
      await block(stranger, byConnection(request.id)),
    ];
    const comparable = ({ status, json }: (typeof answers)[number]) => ({ status, json: { ...json, id: '' } });
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(answers[0] ?? answer));
    expect((await asker.rider.get(`/v1/users/${asked.rider.id}`)).status).toBe(404);
    expect((await asker.rider.get(`/v1/users/${stranger.id}`)).status).toBe(200);
    expect((await asked.rider.get('/v1/connections')).json.items).toEqual([]);
    expect((await asked.rider.post(`/v1/connections/${request.id}/accept`)).status).toBe(404);
  });

  test('a repeated block answers the existing one, and a rider cannot block themselves', async () => {
    const [rider, email] = [await createRider(), freshAddress()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => block(rider, { named_by: 'email', email })));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
    expect((await rider.get('/v1/blocks')).json.items).toHaveLength(1);
    for (const body of [
      { named_by: 'user_id', user_id: rider.id },
      { named_by: 'email', email: rider.email },
    ]) {
      const { status, json } = await block(rider, body);
      expect([status, json.code]).toEqual([409, 'blocks.yourself']);
    }
  });

  test('a block without exactly one valid target is refused', async () => {
    const rider = await createRider();
    const bodies = [
      {},
      { label: 'x' },
      { user_id: unknownId() },
      { named_by: 'user_id', user_id: unknownId(), email: freshAddress() },
      { named_by: 'email', email: 'x' },
      { named_by: 'user_id', user_id: '1' },
    ];
    for (const body of bodies) expect((await block(rider, body)).status, JSON.stringify(body)).toBe(422);
  });

  test('a block does not appear in the audit of the blocked rider', async () => {
    const [rider, other] = [await createRider(), await createRider()];
    await block(rider, { named_by: 'user_id', user_id: other.id });
    expect((await other.get('/v1/me/audit')).json.items).toEqual([]);
    expect((await rider.get('/v1/me/audit')).json.items).toMatchObject([{ action: 'blocks.create' }]);
  });

  test('a rider has at most a thousand blocks, even when they are created simultaneously', async () => {
    const rider = await createRider();
    const at = new Date().toISOString();
    await sql`insert into blocks (id, blocker_id, named_by, created_at)
      select gen_random_uuid(), ${rider.id}, 'user_id', ${at} from generate_series(1, 997)`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => block(rider, { named_by: 'user_id', user_id: unknownId() })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const { json } of answers.filter(({ status }) => status !== 201)) expect(json.code).toBe('blocks.too_many');
    const [row] = await sql`select count(*)::int from blocks where blocker_id = ${rider.id}`;
    expect(row?.count).toBe(1_000);
  });

  test('two riders who block each other simultaneously both succeed', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, other] = [await createRider(), await createRider()];
      const answers = await Promise.all([
        block(one, { named_by: 'user_id', user_id: other.id }),
        block(other, { named_by: 'user_id', user_id: one.id }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    }
  });
});

describe('the list of blocks', () => {
  test("a rider's list of blocks has their own blocks, newest first, page by page", async () => {
    const [rider, other] = [await createRider(), await createRider()];
    for (const label of ['a', 'b', 'c']) await block(rider, { named_by: 'email', email: freshAddress(), label });
    await block(other, { named_by: 'user_id', user_id: rider.id });
    const first = await rider.get('/v1/blocks?limit=2');
    const rest = await rider.get(`/v1/blocks?limit=2&cursor=${first.json.next_cursor}`);
    const labels = [...first.json.items, ...rest.json.items].map(({ label }) => label);
    expect([labels, rest.json.next_cursor]).toEqual([['c', 'b', 'a'], null]);
    expect((await other.get(`/v1/blocks?cursor=${first.json.next_cursor}`)).status).toBe(400);
  });

  test("another rider's block equals an unknown one and stays in place [I33]", async () => {
    const [rider, other] = [await createRider(), await createRider()];
    const { json } = await block(rider, { named_by: 'email', email: freshAddress() });
    const none = await other.delete(`/v1/blocks/${unknownId()}`);
    expect([none.status, none.json.code]).toEqual([404, 'blocks.not_found']);
    expect(comparableParts(await other.delete(`/v1/blocks/${json.id}`))).toEqual(comparableParts(none));
    expect((await rider.get('/v1/blocks')).json.items).toHaveLength(1);
  });

  test('a block of a deleted account stays in place, looks the same and does not name the account [I33, Q1]', async () => {
    const [rider, other] = [await createRider(), await createRider({ name: 'Mallory of the Hill' })];
    const { json } = await block(rider, { named_by: 'user_id', user_id: other.id });
    const before = await rider.get('/v1/blocks');
    await other.delete('/v1/me');
    expect((await rider.get('/v1/blocks')).text).toBe(before.text);
    const [row] = await sql`select blocks::text as text from blocks where id = ${json.id}`;
    for (const secret of [other.id, other.name]) expect(row?.text).not.toContain(secret);
  });

  test.each(['user_id', 'encounter_id', 'connection_id'] as const)(
    'a block by %s applies again to a rider who deletes the account and returns with the same address',
    async (named_by) => {
      const [anna, ben] = await createPair();
      const { json: asked } = await askToConnect(ben);
      const value = { user_id: ben.rider.id, encounter_id: anna.encounterId, connection_id: asked.id }[named_by];
      await block(anna.rider, { named_by, [named_by]: value });
      expect((await ben.rider.get(`/v1/users/${anna.rider.id}`)).status).toBe(404);
      expect((await ben.rider.delete('/v1/me')).status).toBe(204);
      const returned = await createRider();
      await sql`update users set email = ${ben.rider.email} where id = ${returned.id}`;
      expect((await returned.get(`/v1/users/${anna.rider.id}`)).status).toBe(404);
      expect((await (await createRider()).get(`/v1/users/${anna.rider.id}`)).status).toBe(200);
    },
  );
});
