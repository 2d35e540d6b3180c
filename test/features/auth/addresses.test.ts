import { expect, test, vi } from 'vitest';
import { anonymous } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import { freshAddress, freshUsername, logIn, password, recordTrips, register, resend, verify } from './sign-up.ts';

const fullWidth = (text: string) =>
  text.replaceAll(/[!-~]/g, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0));

const aliases: [what: string, spell: (address: string) => string][] = [
  ['capitals', (address) => address.toUpperCase()],
  ['full width', fullWidth],
  ['a small at sign (U+FE6B)', (address) => address.replace('@', '﹫')],
  ['a mathematical letter', (address) => address.replace('a', '𝐚')],
  ['a ligature', (address) => address.replace('fi', 'ﬁ')],
  ['the Kelvin sign', (address) => address.replace('k', '\u212a')],
  ['the long s', (address) => address.replace('s', 'ſ')],
  ['a Unicode domain', (address) => address.replace('xn--bcher-kva', 'bücher')],
  ['a Unicode domain in capitals', (address) => address.replace('xn--bcher-kva', 'BÜCHER')],
  ['a decomposed domain', (address) => address.replace('xn--bcher-kva', 'bu\u0308cher')],
];

test.each(aliases)('an email address written with %s is the same address [A10]', async (_what, spell) => {
  const email = `afiks${crypto.randomUUID()}@xn--bcher-kva.example`;
  const alias = spell(email);
  expect(alias).not.toBe(email);

  expect((await register({ email: alias })).status).toBe(202);
  expect((await verify(tokenIn(await mailTo(email)))).status).toBe(200);
  expect(await sql`select email from users where email = ${email}`).toEqual([{ email }]);
  expect((await logIn(alias)).status).toBe(200);
});

test('white space around an email address or a username means nothing, and around a password it counts', async () => {
  const [email, username] = [freshAddress(), freshUsername()];
  expect((await register({ email: ` ${email}\t`, username: `${username} ` })).status).toBe(202);
  expect((await verify(tokenIn(await mailTo(email)))).status).toBe(200);
  for (const name of [`${email} `, `\u00a0${email}`, ` ${username}\n`])
    expect((await logIn(name)).status, name).toBe(200);
  expect((await logIn(email, `${password} `)).status).toBe(400);
  expect((await anonymous().post('/v1/auth/password/forgot', { email: `${email} ` })).status).toBe(202);
  expect((await mailTo(email, 2)).subject).toContain('password');
});

test('email addresses that only look alike are different addresses [A10]', async () => {
  const name = crypto.randomUUID();
  const addresses = [`${name}@example.com`, `${name}@example.org`, `${name}+tent@example.com`, `${name}@exаmple.com`];
  for (const email of addresses) expect((await register({ email })).status, email).toBe(202);
  await mailTo(`${name}@example.com`);
  await mailTo(`${name}@xn--exmple-4nf.com`);
  expect(await sql`select count(distinct email)::int from registrations where email like ${`${name}%`}`).toEqual([
    { count: 4 },
  ]);
});

test('the links mailed to ten spellings of one address make only one account [A10]', async () => {
  const email = `afiks${crypto.randomUUID()}@xn--bcher-kva.example`;
  const answers = await Promise.all(aliases.map(([, spell]) => register({ email: spell(email) })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));

  await mailTo(email, 3);
  const tokens = (await mailsTo(email)).map(tokenIn);
  const statuses = (await Promise.all(tokens.map(verify))).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, 400, 400]);
  expect(await sql`select count(*)::int from users where email = ${email}`).toEqual([{ count: 1 }]);
});

test('a username is unique regardless of case, even when four riders take it at once', async () => {
  const username = freshUsername();
  const spellings = [username, username.toUpperCase(), `R${username.slice(1)}`, username];
  const addresses = spellings.map(freshAddress);
  await Promise.all(addresses.map((email, index) => register({ email, username: spellings[index] ?? '' })));
  const tokens = await Promise.all(addresses.map(async (email) => tokenIn(await mailTo(email))));
  await Promise.all(tokens.map(verify));
  // A request that conflicted with another commit got an error, so its rider tries again.
  await Promise.all(tokens.map(verify));

  const rows = await sql`select username from users where email = any(${addresses})`;
  expect(rows).toHaveLength(4);
  expect(rows.filter((row) => row.username !== null)).toHaveLength(1);
});

const local64 = 'l'.repeat(64);
const domain189 = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.exampl`;

const accepted: [what: string, spell: (unique: string) => string][] = [
  ['64 characters before the @', (unique) => `${unique}${local64}`.slice(0, 64).concat('@example.com')],
  ['254 characters in all', (unique) => `${`${unique}${local64}`.slice(0, 64)}@${domain189}`],
  ['every special character that RFC 5322 allows unquoted', (unique) => `${unique}!#$%&'*+/=?^_\`{|}~-@example.com`],
  ['dots', (unique) => `${unique}.a.b@mail.example.co.uk`],
];

test.each(accepted)('an email address with %s is accepted and receives its mail [A11]', async (_what, spell) => {
  const email = spell(crypto.randomUUID().slice(0, 8));
  expect((await register({ email })).status).toBe(202);
  expect((await mailTo(email)).to).toBe(email);
});

const refused: [what: string, email: unknown][] = [
  ['255 characters', `${local64}@${domain189}e`],
  ['65 characters before the @', `l${local64}@example.com`],
  ['65 characters before the @, once normalised', `${'l'.repeat(63)}ﬁ@example.com`],
  ['a carriage return and a line feed', 'a\r\nBcc: victim@example.com'],
  ['a line feed inside', 'a\n@example.com'],
  ['a line feed at the end', 'a@example.com\n'],
  ['a NUL', 'a\0@example.com'],
  ['a display name', 'Anna <anna@example.com>'],
  ['angle brackets', '<anna@example.com>'],
  ['two addresses separated by a comma', 'a@example.com,b@example.com'],
  ['two addresses separated by a semicolon', 'a@example.com;b@example.com'],
  ['two addresses separated by a space', 'a@example.com b@example.com'],
  ['two addresses in a list', ['a@example.com', 'b@example.com']],
  ['two @ signs', 'a@b@example.com'],
  ['a full-width comma', 'a@example.com，b@example.com'],
  ['a quoted part', '"a b"@example.com'],
  ['a comment', 'a(b)@example.com'],
  ['a leading dot', '.a@example.com'],
  ['two dots in a row', 'a..b@example.com'],
  ['nothing before the @', '@example.com'],
  ['nothing after the @', 'a@'],
  ['a domain without a dot', 'a@localhost'],
  ['an IPv4 address', 'a@127.0.0.1'],
  ['an IPv4 address in hexadecimal', 'a@0x7f.0.0.1'],
  ['an IPv4 address literal', 'a@[127.0.0.1]'],
  ['an IPv6 address literal', 'a@[IPv6:::1]'],
  ['a port', 'a@example.com:25'],
  ['a path', 'a@example.com/x'],
  ['a query', 'a@example.com?bcc=b@example.com'],
  ['a percent escape', 'a@example%2ecom'],
  ['a source route', '@relay.example,@b.example:a@example.com'],
  ['a letter outside ASCII before the @', 'änna@example.com'],
  ['a domain that ends in a dot', 'a@example.com.'],
  ['a label of 64 characters', `a@${'d'.repeat(64)}.com`],
  ['a label that begins with a hyphen', 'a@-example.com'],
  ['a zero-width joiner', 'a\u200d@example.com'],
  ['a right-to-left override', 'a@exam\u202eple.com'],
  ['half a surrogate pair', 'a\ud800@example.com'],
  ['no characters', ''],
  ['a number in place of text', 7],
  ['an object in place of text', { email: 'a@example.com' }],
  ['null in place of text', null],
  ['100,000 letters', 'a'.repeat(100_000)],
  ['100,000 dots', `${'a.'.repeat(50_000)}@`],
  ['100,000 at signs', '@'.repeat(100_000)],
  ['100,000 hyphens in the domain', `a@${'-'.repeat(100_000)}`],
  ['repeated labels that could slow down a regular expression', `${'a'.repeat(120)}@${'a.'.repeat(60)}!`],
];

test.each(refused)('an email address with %s is refused without a hash or a round trip [A11]', async (_what, email) => {
  const encoded = vi.spyOn(TextEncoder.prototype, 'encode');
  const trips = await recordTrips(async () => {
    const answers = [await register({ email: email as string }), await resend(email as string)];
    for (const { status, json } of answers) {
      expect(status).toBe(422);
      expect(json.errors).toEqual([{ path: 'email', message: expect.any(String) }]);
    }
  });
  // A hash would encode the password.
  const hashed = encoded.mock.calls.filter(([text]) => text === password);
  encoded.mockRestore();
  expect([trips, hashed]).toEqual([[], []]);
});

test('a login with a malformed email address is answered like a wrong password [A11]', async () => {
  const texts = refused.map(([, email]) => email).filter((email) => typeof email === 'string');
  const sendable = texts.filter((text) => text.length > 0 && text.length < 1_000 && !text.includes('\0'));
  for (const text of sendable.slice(0, 5)) expect((await logIn(text)).json.error).toBe('invalid_grant');
});
