import { randomBytes } from 'node:crypto';
import { sql } from '../../../test/support/db.ts';
import { createRider, makeAdmin } from '../../../test/support/factories.ts';
import { runCron } from '../../support/kairos.ts';
import type { Race, Round } from './race.ts';
import { auditOf, countOf, now, ridersAt } from './rows.ts';

async function prepareActivation(atOnce: number): Promise<Round> {
  const rider = await createRider();
  const ids = Array.from({ length: atOnce }, () => crypto.randomUUID());
  await sql`insert into journeys (id, owner_id, name, shift_s, skew, created_at, updated_at)
    select id, ${rider.id}, 'x', 0, 0, ${now()}, ${now()} from unnest(${ids}::uuid[]) id`;
  return {
    attempt: (n) => rider.post(`/v1/journeys/${ids[n]}/activate`),
    statuses: { 200: atOnce },
    effect: () => countOf(sql`select from journeys where owner_id = ${rider.id} and status = 'active'`),
    wanted: 1,
  };
}

async function prepareDeletion(atOnce: number): Promise<Round> {
  const rider = await createRider();
  return {
    attempt: () => rider.delete('/v1/me'),
    statuses: { 204: 1, 401: atOnce - 1 },
    effect: async () => [await ridersAt(rider.email), await auditOf('users.delete', rider.id)],
    wanted: [0, 1],
  };
}

async function prepareQuota(atOnce: number): Promise<Round> {
  const rider = await createRider();
  await sql`insert into api_keys (id, user_id, name, prefix, secret_hash, scopes, created_at)
    select gen_random_uuid(), ${rider.id}, 'x', gen_random_uuid()::text, '\\x00', '{journeys:read}', ${now()} from generate_series(1, 19)`;
  return {
    attempt: () => rider.post('/v1/api-keys', { name: 'x', scopes: ['journeys:read'] }),
    statuses: { 201: 1, 409: atOnce - 1 },
    effect: () => countOf(sql`select from api_keys where user_id = ${rider.id}`),
    wanted: 20,
  };
}

async function prepareUnlinking(atOnce: number): Promise<Round> {
  const rider = await createRider();
  await sql`update users set password_hash = null where id = ${rider.id}`;
  const ids = Array.from({ length: atOnce }, () => crypto.randomUUID());
  await sql`insert into identities (id, user_id, provider, subject, created_at)
    select id, ${rider.id}, 'github', id::text, ${now()} from unnest(${ids}::uuid[]) id`;
  return {
    attempt: (n) => rider.delete(`/v1/me/identities/${ids[n]}`),
    statuses: { 204: atOnce - 1, 409: 1 },
    effect: () => countOf(sql`select from identities where user_id = ${rider.id}`),
    wanted: 1,
  };
}

/** Every admin steps down at once. */
async function prepareDemotion(atOnce: number): Promise<Round> {
  await sql`update users set role = 'user' where role = 'admin'`;
  const admins = await Promise.all(Array.from({ length: atOnce }, () => createRider()));
  for (const admin of admins) await makeAdmin(admin);
  return {
    attempt: async (n) => admins[n]?.patch(`/v1/admin/users/${admins[n]?.id}`, { role: 'user' }),
    statuses: { 200: atOnce - 1, 409: 1 },
    effect: () => countOf(sql`select from users where role = 'admin'`),
    wanted: 1,
  };
}

async function prepareCreation(atOnce: number): Promise<Round> {
  const rider = await createRider();
  const headers = { 'Idempotency-Key': crypto.randomUUID() };
  const bodies = new Set<string>();
  return {
    attempt: async () => {
      const answer = await rider.post('/v1/journeys', { name: 'x' }, { headers });
      bodies.add(answer.text);
      return answer;
    },
    statuses: { 201: atOnce },
    effect: async () => [bodies.size, await countOf(sql`select from journeys where owner_id = ${rider.id}`)],
    wanted: [1, 1],
  };
}

/** A mail that cannot be unsealed is claimed like any other, and is never sent to the provider. */
async function prepareClaim(atOnce: number): Promise<Round> {
  const id = crypto.randomUUID();
  await sql`insert into outbox (id, address_hash, sealed, created_at, next_attempt_at)
    values (${id}, ${randomBytes(32)}, '\\x00', ${now()}, ${now()})`;
  return {
    attempt: async () => {
      await runCron('7 * * * *');
      return undefined;
    },
    statuses: { 0: atOnce },
    effect: () => sql`select attempts from outbox where id = ${id}`,
    wanted: [{ attempts: 1 }],
  };
}

export const accountRaces: readonly Race[] = [
  { title: 'only one of many journeys activated at once is active [S10, T27]', prepare: prepareActivation },
  { title: 'only one of many deletions of an account succeeds [S11, Q2]', prepare: prepareDeletion },
  {
    title: 'many requests with one idempotency key make one journey and get one response [S12, P6]',
    prepare: prepareCreation,
  },
  { title: 'only one of many requests makes the twentieth API key [S13, H7]', prepare: prepareQuota },
  { title: 'one of the admins who all step down at once stays an admin [S15, H9]', prepare: prepareDemotion },
  { title: 'the last way to sign in stays when all are unlinked at once [S16, F10]', prepare: prepareUnlinking },
  { title: 'simultaneous cron runs claim a mail once [S17, M4]', prepare: prepareClaim },
];
