import { expect, test, vi } from 'vitest';
import { schedule } from '../../../src/cron/schedule.ts';
import { sql } from '../../support/db.ts';
import { createRider } from '../../support/factories.ts';
import { freshAddress, otherWorker, refresh } from './sign-up.ts';

// The clock stays where it is and the rows are old, and no mails go out: other tests share the database.
const purging = (schedule['7 * * * *'] ?? []).filter(({ name }) => name.includes('purge'));
const worker = otherWorker({});
const upkeep = () => worker.run(...purging);

const unitMs = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
const ago = (amount: number, unit: keyof typeof unitMs) => new Date(Date.now() - amount * unitMs[unit]).toISOString();
const bytes = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32)));

async function insertRegistration(expiresAt: string): Promise<string> {
  const id = crypto.randomUUID();
  await sql`insert into registrations (id, email, name, password_hash, token_hash, created_at, expires_at)
    values (${id}, ${freshAddress()}, 'Anna', '', ${Buffer.from(id)}, ${ago(2, 'days')}, ${expiresAt})`;
  return id;
}

async function insertMail(createdAt: string, sentAt: string | null): Promise<string> {
  const id = crypto.randomUUID();
  // Due in a hundred years, so that no test's cron job tries to send it.
  const due = ago(-36_500, 'days');
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

async function insertReset(expiresAt: string): Promise<string> {
  const { id } = await createRider();
  await sql`insert into password_resets (user_id, token_hash, expires_at) values (${id}, ${bytes()}, ${expiresAt})`;
  return id;
}

async function insertState(expiresAt: string): Promise<string> {
  const hash = bytes();
  await sql`insert into oauth_states (state_hash, browser_hash, provider, return_to, code_challenge, expires_at)
    values (${hash}, ${bytes()}, 'github', 'kairos://signed-in', 'x', ${expiresAt})`;
  return hash.toString('hex');
}

async function insertCode(expiresAt: string): Promise<string> {
  const hash = bytes();
  await sql`insert into oauth_codes (code_hash, provider, subject, is_email_verified, name, code_challenge, expires_at)
    values (${hash}, 'github', 'x', false, 'Anna', 'x', ${expiresAt})`;
  return hash.toString('hex');
}

async function insertAttempts(lastAt: string): Promise<string> {
  const key = `account:${crypto.randomUUID()}`;
  await sql`insert into attempts (key, failures, last_at, was_locked) values (${key}, 3, ${lastAt}, false)`;
  return key;
}

async function insertSuppression(until: string): Promise<string> {
  const hash = bytes();
  await sql`insert into suppressions (address_hash, reason, until) values (${hash}, 'bounce', ${until})`;
  return hash.toString('hex');
}

async function insertNotification(createdAt: string): Promise<string> {
  const [{ id: riderId }, id] = [await createRider(), crypto.randomUUID()];
  await sql`insert into notifications (id, rider_id, kind, created_at) values (${id}, ${riderId}, 'riders_near', ${createdAt})`;
  return id;
}

async function insertReport(lastMadeAt: string): Promise<string> {
  const [{ id: reporterId }, id] = [await createRider(), crypto.randomUUID()];
  await sql`insert into reports (id, reporter_id, named_by, reason, message, created_at, last_made_at)
    values (${id}, ${reporterId}, 'user_id', 'spam', '', ${lastMadeAt}, ${lastMadeAt})`;
  return id;
}

async function insertFormerId(keptUntil: string): Promise<string> {
  const id = crypto.randomUUID();
  await sql`insert into former_journey_ids (id, kept_until) values (${id}, ${keptUntil})`;
  return id;
}

const left = async (place: string, keys: string[]): Promise<boolean[]> => {
  const [table = '', column = 'id'] = place.split('.');
  const text = /_hash$/.test(column) ? `encode(${column}, 'hex')` : `${column}::text`;
  const rows = await sql.query(`select ${text} as key from ${table} where ${text} = any($1)`, [keys]);
  return keys.map((key) => rows.some((row) => row.key === key));
};

/** The rows that each job deletes, with the moments when a row has expired and when it has not. */
const kinds: [job: string, place: string, insert: (at: string) => Promise<string>, over: string, held: string][] = [
  ['auth.purge_registrations', 'registrations', insertRegistration, ago(1, 'minutes'), ago(-5, 'minutes')],
  ['auth.purge_resets', 'password_resets.user_id', insertReset, ago(1, 'minutes'), ago(-5, 'minutes')],
  ['auth.purge_attempts', 'attempts.key', insertAttempts, ago(30 * 24 + 1, 'hours'), ago(30 * 24 - 1, 'hours')],
  ['oauth.purge', 'oauth_states.state_hash', insertState, ago(1, 'minutes'), ago(-5, 'minutes')],
  ['oauth.purge', 'oauth_codes.code_hash', insertCode, ago(1, 'minutes'), ago(-5, 'minutes')],
  ['mail.purge_suppressions', 'suppressions.address_hash', insertSuppression, ago(1, 'minutes'), ago(-1, 'days')],
  ['reports.purge', 'reports', insertReport, ago(180 * 24 + 1, 'hours'), ago(180 * 24 - 1, 'hours')],
  ['journeys.purge_former_ids', 'former_journey_ids', insertFormerId, ago(1, 'minutes'), ago(-5, 'minutes')],
  ['notifications.purge', 'notifications', insertNotification, ago(90 * 24 + 1, 'hours'), ago(90 * 24 - 1, 'hours')],
];

type JobRecord = { job: string; count: number; level: string };

/** The log records of each job while `work` runs. */
async function recordsDuring(work: () => Promise<unknown>): Promise<JobRecord[]> {
  const lines: string[] = [];
  const spies = (['info', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line)),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'job');
}

test('the schedule runs clean-up jobs hourly and expensive jobs daily', () => {
  const names = Object.values(schedule).map((jobs) => jobs.map(({ name }) => name));
  expect(names).toEqual([
    [
      'mail.deliver',
      'journeys.publish_waiting',
      'mail.purge',
      'mail.purge_suppressions',
      'auth.purge_registrations',
      'auth.purge_resets',
      'auth.purge_attempts',
      'sessions.purge',
      'oauth.purge',
      'idempotency.purge',
      'notifications.purge',
      'reports.purge',
      'users.purge_former_usernames',
      'journeys.purge_former_ids',
      'usage.purge_daily_counts',
      'audit.purge',
      'discovery.purge_disclosures',
      'calendar.purge_cancelled',
      'discovery.mail_digests',
    ],
    ['discovery.refresh_ridden'],
    ['discovery.recount_crowds'],
  ]);
});

test.each(kinds)('%s deletes expired rows of %s and no others [Q7]', async (job, place, insert, over, held) => {
  const keys = [await insert(over), await insert(over), await insert(held)];
  const records = await recordsDuring(upkeep);
  expect(await left(place, keys)).toEqual([false, false, true]);
  expect(records.find((record) => record.job === job)?.count).toBeGreaterThanOrEqual(2);
});

test('clean-up deletes expired sessions and keeps open and recently ended ones [Q7]', async () => {
  const [soon, now] = [ago(-1, 'days'), ago(0, 'hours')];
  const expired = await insertSession({ lastUsedAt: now, expiresAt: ago(1, 'hours') });
  const idle = await insertSession({ lastUsedAt: ago(61, 'days'), expiresAt: soon });
  const ended = await insertSession({ lastUsedAt: ago(32, 'days'), expiresAt: soon, revokedAt: ago(31, 'days') });
  const resting = await insertSession({ lastUsedAt: ago(59, 'days'), expiresAt: soon });
  const revoked = await insertSession({ lastUsedAt: ago(40, 'days'), expiresAt: soon, revokedAt: ago(29, 'days') });
  await upkeep();

  const ids = [expired, idle, ended, resting, revoked].map(({ id }) => id);
  expect(await left('sessions', ids)).toEqual([false, false, false, true, true]);
  expect((await refresh(resting.refreshToken)).status).toBe(200);
  for (const { refreshToken } of [expired, idle, ended, revoked])
    expect((await refresh(refreshToken)).status).toBe(400);
});

test('clean-up deletes sent mails after a day, but not within an hour of sending, and others after three days [Q7]', async () => {
  const ids = [
    await insertMail(ago(25, 'hours'), ago(25, 'hours')),
    await insertMail(ago(23, 'hours'), ago(23, 'hours')),
    await insertMail(ago(25, 'hours'), ago(10, 'minutes')),
    await insertMail(ago(73, 'hours'), null),
    await insertMail(ago(71, 'hours'), null),
  ];
  await upkeep();
  expect(await left('outbox', ids)).toEqual([false, true, true, false, true]);
});

test('clean-up run eight times at once and twice in a row counts each row once [Q7]', {
  timeout: 120_000,
}, async () => {
  const dead: string[] = [];
  for (let n = 0; n < 40; n += 1) dead.push(await insertAttempts(ago(31 + n, 'days')));
  const live = await insertAttempts(ago(29, 'days'));
  const rider = await createRider();
  const records = await recordsDuring(async () => {
    await Promise.all(Array.from({ length: 8 }, upkeep));
    await upkeep();
    await upkeep();
  });
  expect(await left('attempts.key', [...dead, live])).toEqual([...dead.map(() => false), true]);
  expect(records.filter(({ level }) => level !== 'info')).toEqual([]);
  const counts = records.filter(({ job }) => job === 'auth.purge_attempts').map(({ count }) => count);
  expect(counts).toHaveLength(10);
  expect(counts.reduce((total, count) => total + count, 0)).toBe(dead.length);
  expect((await rider.get('/v1/me')).status).toBe(200);
});

test('a failing clean-up job is logged and stops no other job, and the next run makes up for it [Q7]', async () => {
  const [registration, reset] = [await insertRegistration(ago(1, 'hours')), await insertReset(ago(1, 'hours'))];
  const real = globalThis.fetch;
  const broken = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const isStep = String(init?.body).includes('delete from \\"registrations\\"');
    return isStep ? Promise.reject(new TypeError('connection lost')) : real(input, init);
  });
  const records = await recordsDuring(upkeep).finally(() => broken.mockRestore());
  expect(records.filter(({ level }) => level === 'error').map(({ job }) => job)).toEqual(['auth.purge_registrations']);
  expect(records).toHaveLength(purging.length);
  expect(await left('registrations', [registration])).toEqual([true]);
  expect(await left('password_resets.user_id', [reset])).toEqual([false]);
  await upkeep();
  expect(await left('registrations', [registration])).toEqual([false]);
});

test('deleting a session keeps its rider and the audit entries [Q7]', async () => {
  const { id } = await insertSession({ lastUsedAt: ago(0, 'hours'), expiresAt: ago(1, 'hours') });
  await sql`insert into audit (id, at, action, subject_id, request_id, network_hash, user_agent)
    values (${crypto.randomUUID()}, ${ago(1, 'hours')}, 'auth.login', ${id}, 'test', '\\x00', 'test')`;
  const [before] = await sql`select user_id from sessions where id = ${id}`;
  await upkeep();
  expect(await left('sessions', [id])).toEqual([false]);
  expect(await sql`select count(*)::int from users where id = ${before?.user_id}`).toEqual([{ count: 1 }]);
  expect(await sql`select count(*)::int from audit where subject_id = ${id}`).toEqual([{ count: 1 }]);
});

test('no request from outside runs a job [Q8]', async () => {
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
