import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider, type Rider, riderPassword } from '../../support/factories.ts';
import { comparableParts, freshAddress, logIn, otherWorker, queriesOf, recordTrips } from './sign-up.ts';

const argon2id = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

/** Made by libxcrypt, as passlib and PHP do; cost 4, where the predecessor's is 12, to be quick. */
const hashes = {
  '2b': '$2b$04$kE7gV1zQmX0pRcW5hN9t2urC/tGrGqOtgF2THKdjTksnnx0FNd.xy',
  '2a': '$2a$04$kE7gV1zQmX0pRcW5hN9t2urC/tGrGqOtgF2THKdjTksnnx0FNd.xy',
  '2y': '$2y$04$kE7gV1zQmX0pRcW5hN9t2urC/tGrGqOtgF2THKdjTksnnx0FNd.xy',
};
const costly = '$2b$12$kE7gV1zQmX0pRcW5hN9t2uwgepZS1yOf8pnpWabfBRd8i/Io9rPC.';

async function importRider(passwordHash = hashes['2b']): Promise<Rider> {
  const rider = await createRider();
  await sql`update users set password_hash = ${passwordHash} where id = ${rider.id}`;
  return rider;
}

const storedFor = async ({ id }: Rider) => {
  const [row] = await sql`select password_hash, version from users where id = ${id}`;
  return row;
};

const rehashesOf = async ({ id }: Rider) =>
  (await sql`select from audit where action = 'auth.password_rehashed' and subject_id = ${id}`).length;

describe('passwords from the predecessor [B13]', () => {
  test.each(Object.entries({ ...hashes, '2b, cost 12': costly }))(
    "a rider logs in with the predecessor's $%s$ hash, which is then replaced by argon2id",
    async (_form, hash) => {
      const rider = await importRider(hash);
      expect((await logIn(rider.email, 'gravel and rain 1988')).status).toBe(400);
      expect(await storedFor(rider)).toEqual({ password_hash: hash, version: 1 });

      expect((await logIn(rider.email, riderPassword)).status).toBe(200);
      const kept = await storedFor(rider);
      expect(kept).toEqual({ password_hash: expect.stringMatching(argon2id), version: 1 });
      expect((await logIn(rider.email, riderPassword)).status).toBe(200);
      expect((await logIn(rider.email, 'gravel and rain 1988')).status).toBe(400);
      expect(await storedFor(rider)).toEqual(kept);
      expect(await rehashesOf(rider)).toBe(1);
    },
  );

  test("a reauthentication with the predecessor's hash replaces it by argon2id", async () => {
    const rider = await importRider();
    expect((await rider.post('/v1/auth/reauthenticate', { password: 'gravel and rain 1988' })).status).toBe(403);
    expect((await rider.post('/v1/auth/reauthenticate', { password: riderPassword })).status).toBe(200);
    expect((await storedFor(rider))?.password_hash).toMatch(argon2id);
    expect((await rider.post('/v1/auth/reauthenticate', { password: riderPassword })).status).toBe(200);
  });

  test("a rider can change a password that is stored as the predecessor's hash", async () => {
    const rider = await importRider();
    const change = (current_password: string) =>
      rider.post('/v1/auth/password/change', { current_password, new_password: 'another gravel road 88' });
    expect((await change('gravel and rain 1988')).status).toBe(403);
    expect((await change(riderPassword)).status).toBe(200);
    expect((await storedFor(rider))?.password_hash).toMatch(argon2id);
    expect((await logIn(rider.email, 'another gravel road 88')).status).toBe(200);
    expect((await logIn(rider.email, riderPassword)).status).toBe(400);
  });

  test("twenty simultaneous logins with the predecessor's hash all succeed and replace it once [S18]", {
    timeout: 120_000,
  }, async () => {
    const rider = await importRider();
    // Without this, the lockout would admit only five of the simultaneous logins.
    const lenient = otherWorker({ LOCKOUT_ACCOUNT_FAILURES: '100' });
    const body = new URLSearchParams({ grant_type: 'password', username: rider.email, password: riderPassword });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => lenient.call('POST', '/v1/auth/token', { body })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await storedFor(rider))?.password_hash).toMatch(argon2id);
    expect(await rehashesOf(rider)).toBe(1);
  });

  test('a password changed during a login is not overwritten by the new hash', { timeout: 60_000 }, async () => {
    const rider = await importRider();
    const [, login] = await Promise.all([
      rider.post('/v1/auth/password/change', {
        current_password: riderPassword,
        new_password: 'another gravel road 88',
      }),
      logIn(rider.email, riderPassword),
    ]);
    expect([200, 400]).toContain(login?.status);
    expect((await logIn(rider.email, 'another gravel road 88')).status).toBe(200);
    expect((await logIn(rider.email, riderPassword)).status).toBe(400);
  });
});

const long = 'gravel '.repeat(40);

test('a bcrypt password matches by its first 72 bytes until the first login, then as a whole [B10]', async () => {
  const rider = await importRider('$2b$04$kE7gV1zQmX0pRcW5hN9t2uoMWDvC8si6Cgdf2WxjAx2Ac78iH622m');
  expect((await logIn(rider.email, long.slice(0, 71))).status).toBe(400);
  expect((await logIn(rider.email, `${long.slice(0, 72)}b`)).status).toBe(200);
  expect((await logIn(rider.email, `${long.slice(0, 72)}a`)).status).toBe(400);
  expect((await logIn(rider.email, long.slice(0, 72))).status).toBe(400);
  expect((await logIn(rider.email, `${long.slice(0, 72)}b`)).status).toBe(200);
});

test('bcrypt cuts a password within a character as it did in the predecessor [B10]', async () => {
  const rider = await importRider('$2b$04$kE7gV1zQmX0pRcW5hN9t2uYMVSecqfHZWJs2DByyaopF8Fh30ekOm');
  expect((await logIn(rider.email, `${'é'.repeat(35)}y🚳`)).status).toBe(400);
  expect((await logIn(rider.email, `${'é'.repeat(35)}x🚳`)).status).toBe(200);
  expect((await logIn(rider.email, `${'é'.repeat(35)}x🚲`)).status).toBe(400);
});

test("a predecessor's password has to be typed in its original Unicode form once, and works in every form afterwards [B10]", async () => {
  const rider = await importRider('$2b$04$kE7gV1zQmX0pRcW5hN9t2uGmnlTxy7/kbEHanIktZE5BOcFFK1S0y');
  expect((await logIn(rider.email, 'colère du col')).status).toBe(400);
  expect((await logIn(rider.email, 'cole\u0300re du col')).status).toBe(200);
  expect((await logIn(rider.email, 'colère du col')).status).toBe(200);
});

test('a wrong password for an imported account costs and answers the same as for an unknown one [B1, B2]', async () => {
  const imported = await importRider();
  const answers: unknown[] = [];
  for (const email of [freshAddress(), imported.email]) {
    const trips = await recordTrips(async () =>
      answers.push(comparableParts(await logIn(email, 'gravel and rain 1988'))),
    );
    answers.push(queriesOf(trips));
  }
  expect(answers.slice(2)).toEqual(answers.slice(0, 2));
});
