import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { mailTo } from '../../support/mailer.ts';
import { freshAddress, freshUsername, logIn, recordTrips, register, signUp } from './sign-up.ts';

const long = 'gravel '.repeat(40);

const different: [what: string, chosen: string, tried: string][] = [
  ['the 73rd byte', `${long.slice(0, 72)}a`, `${long.slice(0, 72)}b`],
  ['the 129th character', `${long.slice(0, 128)}a`, `${long.slice(0, 128)}b`],
  ['the case of one letter', 'Five slow gravel passes', 'five slow gravel passes'],
  ['a space at the end', 'five slow gravel passes ', 'five slow gravel passes'],
  ['a space at the beginning', ' five slow gravel passes', 'five slow gravel passes'],
  ['two spaces for one', 'five  slow gravel passes', 'five slow gravel passes'],
];

test.each(different)(
  'two passwords that differ only in %s are different passwords [B10]',
  async (_what, chosen, tried) => {
    const { email } = await signUp({ password: chosen });
    expect((await logIn(email, tried)).json.error).toBe('invalid_grant');
    expect((await logIn(email, chosen)).status).toBe(200);
  },
);

const same: [what: string, chosen: string, tried: string][] = [
  ['a combining accent or a precomposed one', 'cole\u0300re du col', 'colère du col'],
  ['full width or half width', 'ｇｒａｖｅｌ ａｎｄ ｒａｉｎ', 'gravel and rain'],
  ['full width in more than 1,024 bytes', 'ｇ'.repeat(400), 'g'.repeat(400)],
];

test.each(same)('one password typed on two keyboards matches: %s [B10]', async (_what, chosen, tried) => {
  const { email } = await signUp({ password: chosen });
  expect((await logIn(email, tried)).status).toBe(200);
  expect((await logIn(email, chosen)).status).toBe(200);
});

const accepted: [what: string, password: string][] = [
  ['eight characters', 'h7#qLw2z'],
  ['eight emoji', '🚲🏔️🌧️🍝🌧️🏔️🚲🥾'],
  ['64 characters', 'gravel and rain '.repeat(4)],
  ['1,024 bytes', 'gravel and rain '.repeat(64)],
  ['one letter among spaces', '       x       '],
  ['letters without digits, capitals or special characters', 'fiveslowgravelpasses'],
  ['our name and eight more characters', 'kairos#qLw2zHt'],
];

test.each(accepted)('a password of %s is accepted and works [B9]', async (_what, password) => {
  const { email } = await signUp({ password });
  expect((await logIn(email, password)).status).toBe(200);
});

const email = freshAddress();
const username = freshUsername();
const local = email.split('@')[0] ?? '';

const refused: [what: string, rows: string, password: string, reason: RegExp][] = [
  ['empty', 'B9', '', /at least 8/],
  ['seven characters long', 'B9', 'h7#qLw2', /at least 8/],
  ['seven emoji long', 'B9', '🚲🌧🍝🏔🌧🚲🥾', /at least 8/],
  ['seven characters long only after NFKC', 'B9', 'cole\u0300re', /at least 8/],
  ['1,025 bytes long', 'B11', 'x'.repeat(1_025), /at most 1024 bytes/],
  ['513 characters but 1,026 bytes long', 'B11', 'é'.repeat(513), /at most 1024 bytes/],
  ['over 1,024 bytes long only after NFKC', 'B11', 'ﷺ'.repeat(60), /at most 1024 bytes/],
  ['4,096 characters long', 'B11', 'x'.repeat(4_096), /at most 1024 bytes/],
  ['the most common one', 'B12', 'password', /most common/],
  ['a common one in capitals', 'B12', 'QWERTYUIOP', /most common/],
  ['a common one in full width', 'B12', 'ｂａｓｅｂａｌｌ', /most common/],
  ['the longest of the common ones', 'B12', '12345678900987654321', /most common/],
  ['our name with digits', 'B12', 'kairos2026!', /name Kairos/],
  ['our name in capitals', 'B12', 'KAIROSKAIROS', /name Kairos/],
  ["the rider's own address", 'B12', email, /your address/],
  ["the rider's own address in capitals", 'B12', email.toUpperCase(), /your address/],
  ["the local part of the rider's address", 'B12', `${local}1`, /your address/],
  ["the rider's own username", 'B12', `${username}42`, /your username/],
];

test.each(refused)(
  'a password that is %s is refused with a reason, before any hash or round trip [%s]',
  async (_what, _rows, password, reason) => {
    const trips = await recordTrips(async () => {
      const { status, json } = await register({ email, username, password });
      expect(status).toBe(422);
      expect(json.code).toBe('auth.password_refused');
      expect(json.errors).toEqual([{ path: 'password', message: expect.stringMatching(reason) }]);
    });
    expect(trips).toEqual([]);
  },
);

test.each([
  ['five thousand characters', 'x'.repeat(5_000)],
  ['a NUL and other characters', 'gravel\0and rain'],
  ['characters and half a surrogate pair', 'gravel and rain \ud83d'],
])('a password of %s is refused [B9, B11]', async (_what, password) => {
  expect((await register({ email: freshAddress(), password })).status).toBe(422);
});

test('a login with an over-long password is refused as a wrong one without a round trip [B11]', async () => {
  const trips = await recordTrips(async () => {
    for (const password of ['x'.repeat(1_025), 'é'.repeat(600), 'ﷺ'.repeat(60)]) {
      expect((await logIn(freshAddress(), password)).json.error).toBe('invalid_grant');
    }
  });
  expect(trips).toEqual([]);
});

test('a stored password is argon2id with OWASP’s parameters and its own salt [B13]', async () => {
  const [waiting, verified] = [freshAddress(), freshAddress()];
  await signUp({ email: verified });
  await register({ email: waiting });
  await mailTo(waiting);
  const rows = await sql`select password_hash from users where email = ${verified}
    union all select password_hash from registrations where email = ${waiting}`;
  expect(rows).toHaveLength(2);
  for (const { password_hash } of rows) {
    expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  }
  expect(new Set(rows.map(({ password_hash }) => password_hash)).size).toBe(2);
});
