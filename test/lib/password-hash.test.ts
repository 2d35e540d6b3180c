import { expect, test } from 'vitest';
import { hashPassword, saltFor, verifyPasswords } from '../../src/lib/password-hash.ts';

const matches = (password: string, hashes: (string | undefined)[]) => verifyPasswords(password, hashes).matches;
const verifyPassword = (password: string, hash: string | undefined) => matches(password, [hash])[0];

const key = new Uint8Array(32).fill(7);

test('a password matches its own hash and no other', () => {
  const password = 'five slow gravel passes';
  const [one, two] = [
    hashPassword(password, saltFor(key, 'a@kairos.test')),
    hashPassword(password, saltFor(key, 'b@kairos.test')),
  ];
  expect(one).not.toBe(two);
  expect([verifyPassword('five slow gravel passes', one), verifyPassword('five slow gravel passes', two)]).toEqual([
    true,
    true,
  ]);
  expect(verifyPassword('five slow gravel passe', one)).toBe(false);
});

/** Made by OpenSSL 3.5: `crypto.argon2Sync('argon2id', …)` of Node 24 with our parameters. */
const foreign = '$argon2id$v=19$m=19456,t=2,p=1$b2YgYW5vdGhlciBtYWtlIQ$N/2NVMkI687UeDDltGxY8/q/aOWAPl9zIMrX9L8T5g0';

test('a hash made by another argon2 implementation matches [B13]', () => {
  expect(verifyPassword('five slow gravel passes', foreign)).toBe(true);
});

test('no password matches a missing hash, not even the password of the stand-in hash [B2]', () => {
  for (const password of ['', 'A', 'five slow gravel passes']) expect(verifyPassword(password, undefined)).toBe(false);
});

test.each([
  [
    'a weaker argon2id hash',
    '$argon2id$v=19$m=16,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ],
  ['an outdated bcrypt hash', '$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['a bcrypt hash that would take minutes', '$2b$20$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['a truncated bcrypt hash', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMU'],
  ['empty', ''],
  ['plain text', 'five slow gravel passes'],
  ['an argon2id hash with wrong padding bits', '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAB$AA'],
])('a stored hash that is %s throws an error instead of failing the login', (_what, stored) => {
  expect(() => verifyPassword('five slow gravel passes', stored)).toThrow('unknown form');
});

test('several hashes with one salt are all checked against a password', () => {
  const salt = saltFor(key, 'a@kairos.test');
  const [mine, other, foreign] = [
    hashPassword('five slow gravel passes', salt),
    hashPassword('six slow gravel passes', salt),
    hashPassword('five slow gravel passes', saltFor(key, 'b@kairos.test')),
  ];
  const password = 'five slow gravel passes';
  expect(matches(password, [mine, other])).toEqual([true, false]);
  expect(matches(password, [other, mine])).toEqual([false, true]);
  expect(matches(password, [undefined, mine])).toEqual([false, true]);
  expect(matches(password, [mine, foreign])).toEqual([true, false]);
  expect(matches(password, [undefined, undefined])).toEqual([false, false]);
});

test("a match of a predecessor's hash also makes its new hash and still checks the other hashes [B13]", () => {
  const [password, salt] = ['gravel and rain 1987', saltFor(key, 'a@kairos.test')];
  const old = '$2b$04$kE7gV1zQmX0pRcW5hN9t2urC/tGrGqOtgF2THKdjTksnnx0FNd.xy';
  const mine = hashPassword(password, salt);
  expect(verifyPasswords(password, [old, undefined], salt)).toEqual({ matches: [true, false], newHash: mine });
  expect(verifyPasswords(password, [old, mine], salt)).toEqual({ matches: [true, true], newHash: mine });
  expect(matches('gravel and rain 1988', [old, mine])).toEqual([false, false]);
});
