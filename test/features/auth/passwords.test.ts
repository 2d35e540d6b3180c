import { expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { mailTo } from '../../support/mailer.ts';
import { freshAddress, freshUsername, logIn, register, signUp, tripsOf } from './identity.ts';

const long = 'gravel '.repeat(40);

const different: [what: string, chosen: string, tried: string][] = [
  ['73 bytes that differ in the last', `${long.slice(0, 72)}a`, `${long.slice(0, 72)}b`],
  ['129 characters that differ in the last', `${long.slice(0, 128)}a`, `${long.slice(0, 128)}b`],
  ['the case of one letter', 'Five slow gravel passes', 'five slow gravel passes'],
  ['a space at the end', 'five slow gravel passes ', 'five slow gravel passes'],
  ['a space at the beginning', ' five slow gravel passes', 'five slow gravel passes'],
  ['two spaces for one', 'five  slow gravel passes', 'five slow gravel passes'],
];

test.each(different)('B10: two passwords are different by %s', async (_what, chosen, tried) => {
  const { email } = await signUp({ password: chosen });
  expect((await logIn(email, tried)).json.error).toBe('invalid_grant');
  expect((await logIn(email, chosen)).status).toBe(200);
});

const same: [what: string, chosen: string, tried: string][] = [
  ['an accent of its own or on the letter', 'cole\u0300re du col', 'colère du col'],
  ['full width or not', 'ｇｒａｖｅｌ ａｎｄ ｒａｉｎ', 'gravel and rain'],
  ['full width, in more than 1,024 bytes', 'ｇ'.repeat(400), 'g'.repeat(400)],
];

test.each(same)('B10: one password on two keyboards is one password: %s', async (_what, chosen, tried) => {
  const { email } = await signUp({ password: chosen });
  expect((await logIn(email, tried)).status).toBe(200);
  expect((await logIn(email, chosen)).status).toBe(200);
});

const accepted: [what: string, password: string][] = [
  ['eight characters', 'h7#qLw2z'],
  ['eight emoji', '🚲🏔️🌧️🍝🌧️🏔️🚲🥾'],
  ['64 characters', 'gravel and rain '.repeat(4)],
  ['1,024 bytes', 'gravel and rain '.repeat(64)],
  ['only spaces and a letter', '       x       '],
  ['no digits, capitals or signs', 'fiveslowgravelpasses'],
  ['our name and eight characters', 'kairos#qLw2zHt'],
];

test.each(accepted)('B9: a password of %s is accepted, and works', async (_what, password) => {
  const { email } = await signUp({ password });
  expect((await logIn(email, password)).status).toBe(200);
});

const email = freshAddress();
const username = freshUsername();
const local = email.split('@')[0] ?? '';

const refused: [what: string, password: string, reason: RegExp][] = [
  ['B9: nothing', '', /at least 8/],
  ['B9: seven characters', 'h7#qLw2', /at least 8/],
  ['B9: seven emoji', '🚲🌧🍝🏔🌧🚲🥾', /at least 8/],
  ['B9: seven characters that count as more before NFKC', 'cole\u0300re', /at least 8/],
  ['B11: 1,025 bytes', 'x'.repeat(1_025), /at most 1024 bytes/],
  ['B11: few characters of many bytes', 'é'.repeat(513), /at most 1024 bytes/],
  ['B11: few bytes that are many in NFKC', 'ﷺ'.repeat(60), /at most 1024 bytes/],
  ['B11: four thousand characters', 'x'.repeat(4_096), /at most 1024 bytes/],
  ['B12: the commonest of eight', 'password', /most common/],
  ['B12: a common one in capitals', 'QWERTYUIOP', /most common/],
  ['B12: a common one in full width', 'ｂａｓｅｂａｌｌ', /most common/],
  ['B12: the longest of the common ones', '12345678900987654321', /most common/],
  ['B12: our name', 'kairos2026!', /our name/],
  ['B12: our name in capitals', 'KAIROSKAIROS', /our name/],
  ['B12: the own address', email, /your address/],
  ['B12: the own address in capitals', email.toUpperCase(), /your address/],
  ['B12: the part before the @', `${local}1`, /your address/],
  ['B12: the own username', `${username}42`, /your username/],
];

test.each(refused)('%s is refused with a reason, before any hash or trip', async (_what, password, reason) => {
  const trips = await tripsOf(async () => {
    const { status, json } = await register({ email, username, password });
    expect(status).toBe(422);
    expect(json.code).toBe('auth.password_refused');
    expect(json.errors).toEqual([{ path: 'password', message: expect.stringMatching(reason) }]);
  });
  expect(trips).toEqual([]);
});

test.each([
  ['five thousand characters', 'x'.repeat(5_000)],
  ['a NUL', 'gravel\0and rain'],
  ['half a surrogate pair', 'gravel and rain \ud83d'],
])('B9, B11: a password of %s is refused', async (_what, password) => {
  expect((await register({ email: freshAddress(), password })).status).toBe(422);
});

test('B11: a login with an over-long password is refused as a wrong one, without a trip', async () => {
  const trips = await tripsOf(async () => {
    for (const password of ['x'.repeat(1_025), 'é'.repeat(600), 'ﷺ'.repeat(60)]) {
      expect((await logIn(freshAddress(), password)).json.error).toBe('invalid_grant');
    }
  });
  expect(trips).toEqual([]);
});

test('B13: what is stored is argon2id with OWASP’s parameters and a salt of its own', async () => {
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
