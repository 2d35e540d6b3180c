import { expect, test } from 'vitest';
import { purgeFormerUsernamesJob } from '../../../src/features/users/former-username.job.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createRider, freshToken, riderPassword } from '../../support/factories.ts';
import { comparableParts, freshAddress, freshUsername, logIn, otherWorker, register } from '../auth/sign-up.ts';

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

test('a username that was given up no longer logs its old rider in, who can take it again', async () => {
  const username = freshUsername();
  const rider = await createRider({ username });
  await rider.patch('/v1/me', { username: null });
  expect((await logIn(username, riderPassword)).json.error).toBe('invalid_grant');
  expect((await rider.patch('/v1/me', { username: username.toUpperCase() })).status).toBe(200);
});

test('for 90 days, a username of a deleted account and one that was given up equal a taken one [I33]', async () => {
  setTime(new Date());
  const names = [freshUsername(), freshUsername(), freshUsername()] as const;
  await createRider({ username: names[0] });
  const [deleted, renamed] = [await createRider({ username: names[1] }), await createRider({ username: names[2] })];
  await deleted.delete('/v1/me');
  await renamed.patch('/v1/me', { username: freshUsername() });
  const asker = await createRider();
  const worker = otherWorker({});
  const ask = async () => {
    const token = await freshToken(asker);
    const answers = await Promise.all(
      names.flatMap((username) => [
        asker.patch('/v1/me', { username: username.toUpperCase() }, { token }),
        register({ email: freshAddress(), username }),
      ]),
    );
    return answers.map(comparableParts);
  };
  await worker.run(purgeFormerUsernamesJob);
  for (const days of [0, 89]) {
    advance(days, 'days');
    await worker.run(purgeFormerUsernamesJob);
    const answers = await ask();
    expect(answers[0]).toMatchObject({ status: 409 });
    for (const [index, answer] of answers.entries()) expect(answer, `${index}`).toEqual(answers[index % 2]);
  }
  advance(2, 'days');
  await worker.run(purgeFormerUsernamesJob);
  const free = [
    await asker.patch('/v1/me', { username: names[1] }, { token: await freshToken(asker) }),
    await register({ email: freshAddress(), username: names[2] }),
  ];
  expect(free.map(({ status }) => status)).toEqual([200, 202]);
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
