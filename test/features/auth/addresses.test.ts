import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { mailsTo, mailTo, tokenIn } from '../../support/mailer.ts';
import { freshAddress, freshUsername, logIn, register, resend, tripsOf, verify } from './identity.ts';

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

test.each(aliases)('A10: an address in %s is the same address', async (_what, spell) => {
  const email = `afiks${crypto.randomUUID()}@xn--bcher-kva.example`;
  const alias = spell(email);
  expect(alias).not.toBe(email);

  expect((await register({ email: alias })).status).toBe(202);
  expect((await verify(tokenIn(await mailTo(email)))).status).toBe(200);
  expect(await sql`select email from users where email = ${email}`).toEqual([{ email }]);
  expect((await logIn(alias)).status).toBe(200);
});

test('A10: what only looks alike is another address', async () => {
  const name = crypto.randomUUID();
  const addresses = [`${name}@example.com`, `${name}@example.org`, `${name}+tent@example.com`, `${name}@exаmple.com`];
  for (const email of addresses) expect((await register({ email })).status, email).toBe(202);
  await mailTo(`${name}@example.com`);
  await mailTo(`${name}@xn--exmple-4nf.com`);
  expect(await sql`select count(distinct email)::int from registrations where email like ${`${name}%`}`).toEqual([
    { count: 4 },
  ]);
});

test('A10: of the links to ten spellings of one address, one makes the rider', async () => {
  const email = `afiks${crypto.randomUUID()}@xn--bcher-kva.example`;
  const answers = await Promise.all(aliases.map(([, spell]) => register({ email: spell(email) })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));

  await mailTo(email, 3);
  const tokens = (await mailsTo(email)).map(tokenIn);
  const statuses = (await Promise.all(tokens.map(verify))).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, 400, 400]);
  expect(await sql`select count(*)::int from users where email = ${email}`).toEqual([{ count: 1 }]);
});

test('usernames are one whatever their case, also when four take one at once', async () => {
  const username = freshUsername();
  const spellings = [username, username.toUpperCase(), `R${username.slice(1)}`, username];
  const addresses = spellings.map(freshAddress);
  await Promise.all(addresses.map((email, index) => register({ email, username: spellings[index] ?? '' })));
  const tokens = await Promise.all(addresses.map(async (email) => tokenIn(await mailTo(email))));
  await Promise.all(tokens.map(verify));
  // Who met the other's commit half-way was told so, and presses again.
  await Promise.all(tokens.map(verify));

  const rows = await sql`select username from users where email = any(${addresses})`;
  expect(rows).toHaveLength(4);
  expect(rows.filter((row) => row.username !== null)).toHaveLength(1);
});

const local64 = 'l'.repeat(64);
const domain189 = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.exampl`;

const accepted: [what: string, spell: (unique: string) => string][] = [
  ['64 characters before the @', (unique) => `${unique}${local64}`.slice(0, 64).concat('@example.com')],
  ['254 characters', (unique) => `${`${unique}${local64}`.slice(0, 64)}@${domain189}`],
  ['every sign RFC 5322 allows unquoted', (unique) => `${unique}!#$%&'*+/=?^_\`{|}~-@example.com`],
  ['dots', (unique) => `${unique}.a.b@mail.example.co.uk`],
];

test.each(accepted)('A11: an address with %s is accepted and gets its mail', async (_what, spell) => {
  const email = spell(crypto.randomUUID().slice(0, 8));
  expect((await register({ email })).status).toBe(202);
  expect((await mailTo(email)).to).toBe(email);
});

const refused: [what: string, email: unknown][] = [
  ['255 characters', `${local64}@${domain189}e`],
  ['65 characters before the @', `l${local64}@example.com`],
  ['65 characters before the @, once decomposed', `${'l'.repeat(63)}ﬁ@example.com`],
  ['a carriage return and a line feed', 'a\r\nBcc: victim@example.com'],
  ['a line feed inside', 'a\n@example.com'],
  ['a line feed at the end', 'a@example.com\n'],
  ['a NUL', 'a\0@example.com'],
  ['a display name', 'Anna <anna@example.com>'],
  ['angle brackets', '<anna@example.com>'],
  ['two addresses, comma', 'a@example.com,b@example.com'],
  ['two addresses, semicolon', 'a@example.com;b@example.com'],
  ['two addresses, space', 'a@example.com b@example.com'],
  ['two addresses in a list', ['a@example.com', 'b@example.com']],
  ['two signs', 'a@b@example.com'],
  ['a full-width comma', 'a@example.com，b@example.com'],
  ['a quoted part', '"a b"@example.com'],
  ['a comment', 'a(b)@example.com'],
  ['a leading dot', '.a@example.com'],
  ['two dots', 'a..b@example.com'],
  ['nothing before the @', '@example.com'],
  ['nothing behind the @', 'a@'],
  ['no domain', 'a@localhost'],
  ['an IPv4 address', 'a@127.0.0.1'],
  ['an IPv4 address in hexadecimal', 'a@0x7f.0.0.1'],
  ['an address literal', 'a@[127.0.0.1]'],
  ['an address literal, IPv6', 'a@[IPv6:::1]'],
  ['a port', 'a@example.com:25'],
  ['a path', 'a@example.com/x'],
  ['a query', 'a@example.com?bcc=b@example.com'],
  ['a percent escape', 'a@example%2ecom'],
  ['a route', '@relay.example,@b.example:a@example.com'],
  ['a letter outside ASCII before the @', 'änna@example.com'],
  ['a domain that ends in a dot', 'a@example.com.'],
  ['a label of 64 characters', `a@${'d'.repeat(64)}.com`],
  ['a label that begins with a hyphen', 'a@-example.com'],
  ['a zero-width joiner', 'a\u200d@example.com'],
  ['a right-to-left mark', 'a@exam\u202eple.com'],
  ['half a surrogate pair', 'a\ud800@example.com'],
  ['an empty text', ''],
  ['a number', 7],
  ['an object', { email: 'a@example.com' }],
  ['null', null],
  ['100,000 letters', 'a'.repeat(100_000)],
  ['100,000 dots', `${'a.'.repeat(50_000)}@`],
  ['100,000 at signs', '@'.repeat(100_000)],
  ['100,000 hyphens in the domain', `a@${'-'.repeat(100_000)}`],
  ['a ReDoS of repeated labels', `${'a'.repeat(120)}@${'a.'.repeat(60)}!`],
];

test.each(refused)('A11: %s is refused, without a hash or a trip', async (_what, email) => {
  const trips = await tripsOf(async () => {
    const answers = [await register({ email: email as string }), await resend(email as string)];
    for (const { status, json } of answers) {
      expect(status).toBe(422);
      expect(json.errors).toEqual([{ path: 'email', message: expect.any(String) }]);
    }
  });
  expect(trips).toEqual([]);
});

test('A11: a login with one of them is a wrong password and nothing else', async () => {
  const texts = refused.map(([, email]) => email).filter((email) => typeof email === 'string');
  const sendable = texts.filter((text) => text.length > 0 && text.length < 1_000 && !text.includes('\0'));
  for (const text of sendable.slice(0, 5)) expect((await logIn(text)).json.error).toBe('invalid_grant');
});
