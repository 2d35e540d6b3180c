import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { call } from '../../support/app.ts';
import { createRider } from '../../support/factories.ts';
import { mailsTo, mailTo, type ReceivedMail, tokenIn } from '../../support/mailer.ts';
import { freshAddress, password, refresh, register } from '../auth/sign-up.ts';

/** Names by which a stranger could try to change somebody else's mail. */
const names: [what: string, name: string][] = [
  ['an encoded header', '=?utf-8?q?=0D=0ABcc:victim@example.com?='],
  ['a link', 'Your account is locked: https://evil.example/login'],
  ['a bare domain', 'evil.example'],
  ['HTML', '<a href="https://evil.example">Verify</a><img src=https://evil.example/x>'],
  ['the end of an attribute', '" onmouseover="alert(1)'],
  ['a template', '{{link}} %s $1'],
];

/** A mail's words without what differs from one to the next. */
const wordsOf = (mail: ReceivedMail): string[] =>
  [mail.subject, mail.text, mail.html].map((part) => part.replaceAll(tokenIn(mail), '<token>'));

const namesOfLines = [
  'Anna\r\nBcc: victim@example.com',
  'Anna\nTo: victim@example.com\n\nWin a bike',
  'Anna\u2028Subject: You have won\u0085Cc: victim@example.com',
];

test.each(namesOfLines)('a name of several lines is refused, and no mail is sent: %j [M1]', async (name) => {
  const email = freshAddress();
  const { status, json } = await register({ email, name });
  expect([status, json.errors]).toEqual([422, [{ path: 'name', message: 'Must be one line.' }]]);
  expect([...(await mailsTo(email)), ...(await mailsTo('victim@example.com'))]).toEqual([]);
});

test("a rider's name never reaches a mail to their unverified address [M1, M2]", async () => {
  const plain = freshAddress();
  await register({ email: plain, name: 'Anna' });
  const ordinary = wordsOf(await mailTo(plain));
  for (const [what, name] of names) {
    const email = freshAddress();
    const { status } = await register({ email, name });
    if (/[\p{Cc}\u2028]/u.test(name)) {
      expect(status, what).toBe(422);
      continue;
    }
    expect(status, what).toBe(202);
    const mail = await mailTo(email);
    expect(wordsOf(mail), what).toEqual(ordinary);
    expect(mail.to).toBe(email);
  }
  expect(await mailsTo('victim@example.com')).toEqual([]);
});

test('an email address with a line end or a NUL never becomes a mail header [M1]', async () => {
  for (const email of [
    'a@example.com\r\nBcc: victim@example.com',
    'a@example.com, victim@example.com',
    'a@example.com\0',
  ]) {
    expect((await register({ email })).status).toBe(422);
  }
  expect(await mailsTo('victim@example.com')).toEqual([]);
});

test('a verification link leads over https to the configured host, with the token after the # [M3, T22]', async () => {
  const email = freshAddress();
  await register({ email });
  const mail = await mailTo(email);
  expect(mail.links).toHaveLength(1);
  const link = new URL(mail.links[0] ?? '');
  expect([link.origin, link.pathname, link.search]).toEqual([env.WEB_URL, '/verify-email', '']);
  expect(link.protocol).toBe('https:');
  expect(mail.html).toContain(`href="${link.href}"`);
});

test('a reset link leads over https to the configured host, with the token after the # [M3]', async () => {
  const { email } = await createRider();
  await call('POST', '/v1/auth/password/forgot', { body: { email } });
  const [link, ...more] = (await mailTo(email)).links.map((url) => new URL(url));
  expect(more).toEqual([]);
  expect([link?.origin, link?.pathname, link?.search]).toEqual([env.WEB_URL, '/reset-password', '']);
});

const hosts: [what: string, path: string, headers: Record<string, string>][] = [
  ['Host', '/v1/auth/register', { Host: 'evil.example' }],
  ['X-Forwarded-Host', '/v1/auth/register', { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' }],
  [
    'X-Forwarded-Server and X-Original-Host',
    '/v1/auth/register',
    { 'X-Forwarded-Server': 'evil.example', 'X-Original-Host': 'evil.example' },
  ],
  ['Forwarded', '/v1/auth/register', { Forwarded: 'for=1.2.3.4;host=evil.example;proto=http' }],
  [
    'X-Original-URL',
    '/v1/auth/register',
    { 'X-Original-URL': 'https://evil.example/', 'X-Rewrite-URL': 'https://evil.example/' },
  ],
  ['Origin and Referer', '/v1/auth/register', { Origin: 'https://evil.example', Referer: 'https://evil.example/' }],
  ['an absolute target', 'https://evil.example/v1/auth/register', {}],
  ['an absolute target with a port', 'https://evil.example:8443/v1/auth/register', {}],
];

test.each(hosts)('mailed links ignore %s of the request [D6]', async (_what, path, headers) => {
  const email = freshAddress();
  expect((await call('POST', path, { body: { email, password, name: 'Anna' }, headers })).status).toBe(202);
  const mail = await mailTo(email);
  expect(mail.links.map((link) => new URL(link).origin)).toEqual([env.WEB_URL]);
  expect(JSON.stringify(mail)).not.toContain('evil.example');
});

test('the mail to a taken address ignores the host of the request [D6]', async () => {
  const { email } = await createRider();
  const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' };
  await call('POST', 'https://evil.example/v1/auth/register', { body: { email, password, name: 'Anna' }, headers });
  expect((await mailTo(email)).links).toEqual([env.WEB_URL]);
});

test('the mail to a taken address contains no account data and no token [A1]', async () => {
  const rider = await createRider({ name: 'Annabella', username: `u${crypto.randomUUID().slice(0, 12)}` });
  await register({ email: rider.email, name: 'Mallory' });
  const { text, html, links } = await mailTo(rider.email);
  expect(links).toEqual([env.WEB_URL]);
  for (const word of ['Annabella', 'Mallory', rider.id, 'token=']) expect(text + html).not.toContain(word);
});

test('the mail about a reused token has no link', async () => {
  const rider = await createRider();
  const child = (await refresh(rider.refreshToken)).json.refresh_token;
  await refresh(child);
  await refresh(rider.refreshToken);
  const mail = await mailTo(rider.email);
  expect(mail.links).toEqual([]);
  expect(mail.html).not.toContain('href');
});
