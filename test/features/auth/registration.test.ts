import { expect, test } from 'vitest';
import { anonymous, requestToken } from '../../support/app.ts';
import { mailTo, tokenIn } from '../../support/mailer.ts';

const password = 'five slow gravel passes';
const freshAddress = () => `${crypto.randomUUID()}@example.com`;

test('a stranger signs up, follows the mailed link, logs in and reads the account', async () => {
  const [client, email] = [anonymous(), freshAddress()];
  const registered = await client.post('/v1/auth/register', { email, password, name: 'Anna' });
  expect(registered.status, registered.text).toBe(202);

  const mail = await mailTo(email);
  expect(mail.subject).toContain('Verify');
  const verified = await client.post('/v1/auth/verify-email', { token: tokenIn(mail) });
  expect(verified.status, verified.text).toBe(200);

  const { status, json } = await requestToken({ grant_type: 'password', username: email, password });
  expect(status).toBe(200);
  const me = await client.get('/v1/me', { token: json.access_token });
  expect(me.json).toMatchObject({ email, name: 'Anna', adult: false, role: 'user' });
});
