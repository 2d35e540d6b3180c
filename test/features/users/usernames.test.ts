import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createRider, riderPassword } from '../../support/factories.ts';
import { comparableParts, freshUsername, logIn } from '../auth/sign-up.ts';

test('a username belongs to one rider, regardless of case', async () => {
  const username = freshUsername();
  const [first, second] = [await createRider(), await createRider()];
  expect((await first.patch('/v1/me', { username })).json.username).toBe(username);
  for (const spelling of [username, username.toUpperCase(), `R${username.slice(1)}`]) {
    const { status, json } = await second.patch('/v1/me', { username: spelling });
    expect([status, json.code]).toEqual([409, 'users.username_taken']);
  }
  expect((await second.get('/v1/me')).json.username).toBeNull();
});

test('a rider can change the case of their own username', async () => {
  const rider = await createRider({ username: freshUsername() });
  const { json } = await rider.get('/v1/me');
  expect((await rider.patch('/v1/me', { username: json.username.toUpperCase() })).status).toBe(200);
  expect((await logIn(json.username, riderPassword)).status).toBe(200);
});

test('a username that was given up is free for others and no longer logs its old rider in', async () => {
  const username = freshUsername();
  const [first, second] = [await createRider({ username }), await createRider()];
  await first.patch('/v1/me', { username: null });
  expect((await logIn(username, riderPassword)).json.error).toBe('invalid_grant');
  expect((await second.patch('/v1/me', { username })).status).toBe(200);
});

test('only one of twenty riders who take a username simultaneously gets it, and the others get 409', async () => {
  const username = freshUsername();
  const riders = await Promise.all(Array.from({ length: 20 }, () => createRider()));
  const answers = await Promise.all(
    riders.map((rider, index) => rider.patch('/v1/me', { username: index % 2 ? username : username.toUpperCase() })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(19);
  for (const answer of refused) expect(comparableParts(answer)).toEqual(refused[0] && comparableParts(refused[0]));
  expect(await sql`select count(*)::int from users where lower(username) = ${username.toLowerCase()}`).toEqual([
    { count: 1 },
  ]);
});
