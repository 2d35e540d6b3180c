import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { freshAddress, otherWorker, refresh } from './identity.ts';

// The clock stays where it is and the rows are old: other tests share the database.
const nightly = '17 3 * * *';
const { cron } = otherWorker({});

const ago = (amount: number, unit: 'hours' | 'days') =>
  new Date(Date.now() - amount * (unit === 'hours' ? 3_600_000 : 86_400_000)).toISOString();

async function insertRegistration(expiresAt: string): Promise<string> {
  const id = crypto.randomUUID();
  await sql`insert into registrations (id, email, name, password_hash, token_hash, created_at, expires_at)
    values (${id}, ${freshAddress()}, 'Anna', '', ${Buffer.from(id)}, ${ago(2, 'days')}, ${expiresAt})`;
  return id;
}

async function insertMail(createdAt: string, sentAt: string | null): Promise<string> {
  const id = crypto.randomUUID();
  // Due in a hundred years, so that no test's cron job tries to send it.
  const due = new Date(Date.now() + 36_500 * 86_400_000).toISOString();
  await sql`insert into outbox (id, address_hash, created_at, next_attempt_at, sent_at)
    values (${id}, ${Buffer.from(id)}, ${createdAt}, ${due}, ${sentAt})`;
  return id;
}

async function insertSession(times: { lastUsedAt: string; expiresAt: string; revokedAt?: string }) {
  const { sessionId, refreshToken } = await createRider();
  await sql`update sessions set last_used_at = ${times.lastUsedAt}, expires_at = ${times.expiresAt},
    revoked_at = ${times.revokedAt ?? null}, revoked_because = ${times.revokedAt ? 'reuse' : null} where id = ${sessionId}`;
  return { id: sessionId, refreshToken };
}

const left = async (table: 'registrations' | 'outbox' | 'sessions', ids: string[]): Promise<boolean[]> => {
  const rows = await sql.query(`select id from ${table} where id = any($1)`, [ids]);
  return ids.map((id) => rows.some((row) => row.id === id));
};

test('Q7: registrations that nobody confirmed in time go, those that wait stay', async () => {
  const ids = [await insertRegistration(ago(1, 'hours')), await insertRegistration(ago(-1, 'hours'))];
  await cron(nightly);
  expect(await left('registrations', ids)).toEqual([false, true]);
});

test('Q7: sessions that are over go, those that live or were just revoked stay', async () => {
  const [soon, now] = [ago(-1, 'days'), ago(0, 'hours')];
  const expired = await insertSession({ lastUsedAt: now, expiresAt: ago(1, 'hours') });
  const idle = await insertSession({ lastUsedAt: ago(61, 'days'), expiresAt: soon });
  const resting = await insertSession({ lastUsedAt: ago(59, 'days'), expiresAt: soon });
  const revoked = await insertSession({ lastUsedAt: now, expiresAt: soon, revokedAt: ago(1, 'hours') });
  await cron(nightly);

  const ids = [expired, idle, resting, revoked].map(({ id }) => id);
  expect(await left('sessions', ids)).toEqual([false, false, true, true]);
  expect((await refresh(resting.refreshToken)).status).toBe(200);
  for (const { refreshToken } of [expired, idle, revoked]) expect((await refresh(refreshToken)).status).toBe(400);
});

test('Q7: mails that were sent go after a day, and others after three, when every link in them is dead', async () => {
  const ids = [
    await insertMail(ago(25, 'hours'), ago(25, 'hours')),
    await insertMail(ago(23, 'hours'), ago(23, 'hours')),
    await insertMail(ago(73, 'hours'), null),
    await insertMail(ago(71, 'hours'), null),
  ];
  await cron(nightly);
  expect(await left('outbox', ids)).toEqual([false, true, false, true]);
});

test('Q7: run twice in a row, and eight times at once, upkeep removes no more than once', async () => {
  const dead = [await insertRegistration(ago(1, 'hours')), await insertRegistration(ago(5, 'days'))];
  const live = await insertRegistration(ago(-1, 'hours'));
  const rider = await createRider();
  await Promise.all(Array.from({ length: 8 }, () => cron(nightly)));
  await cron(nightly);
  await cron(nightly);
  expect(await left('registrations', [...dead, live])).toEqual([false, false, true]);
  expect((await rider.get('/v1/me')).status).toBe(200);
});

test('Q7: removing a session leaves its rider and what was written down', async () => {
  const { id } = await insertSession({ lastUsedAt: ago(0, 'hours'), expiresAt: ago(1, 'hours') });
  await sql`insert into audit (id, at, action, subject_id, request_id, network_hash, user_agent)
    values (${crypto.randomUUID()}, ${ago(1, 'hours')}, 'auth.login', ${id}, 'test', '\\x00', 'test')`;
  const [before] = await sql`select user_id from sessions where id = ${id}`;
  await cron(nightly);
  expect(await sql`select count(*)::int from users where id = ${before?.user_id}`).toEqual([{ count: 1 }]);
  expect(await sql`select count(*)::int from audit where subject_id = ${id}`).toEqual([{ count: 1 }]);
});

test('Q8: no request from outside runs a job', async () => {
  const { call } = otherWorker({});
  for (const path of [
    '/__scheduled',
    '/__scheduled?cron=17+3+*+*+*',
    '/cdn-cgi/handler/scheduled',
    '/cron',
    '/v1/cron',
  ]) {
    for (const method of ['GET', 'POST']) expect([400, 404]).toContain((await call(method, path)).status);
  }
});
