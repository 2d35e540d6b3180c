import { expect, test } from 'vitest';
import { hashPassword, saltFor, verifyPasswords } from '../../src/lib/password-hash.ts';

const matches = (password: string, hashes: (string | undefined)[]) => verifyPasswords(password, hashes).matches;
const verifyPassword = (password: string, hash: string | undefined) => matches(password, [hash])[0];

const key = new Uint8Array(32).fill(7);

test('a password verifies against its own hash and no other', () => {
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

test('B13: a hash that another argon2 made is verified', () => {
  expect(verifyPassword('five slow gravel passes', foreign)).toBe(true);
});

test('B2: where there is no hash nothing verifies, not even the one that stands in for it', () => {
  for (const password of ['', 'A', 'five slow gravel passes']) expect(verifyPassword(password, undefined)).toBe(false);
});

test.each([
  ['weaker', '$argon2id$v=19$m=16,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['bcrypt of another age', '$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['bcrypt that takes minutes', '$2b$20$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['bcrypt cut short', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMU'],
  ['empty', ''],
  ['plain text', 'five slow gravel passes'],
  ['without padding bits', '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAB$AA'],
])('a stored text that is %s is a bug to be told, not a password', (_what, stored) => {
  expect(() => verifyPassword('five slow gravel passes', stored)).toThrow('unknown form');
});

test('tells which of several hashes are the password’s, where they have one salt', () => {
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

test('B13: with one of the predecessor’s it makes the hash that is to come, and still tells the others', () => {
  const [password, salt] = ['gravel and rain 1987', saltFor(key, 'a@kairos.test')];
  const old = '$2b$04$kE7gV1zQmX0pRcW5hN9t2urC/tGrGqOtgF2THKdjTksnnx0FNd.xy';
  const mine = hashPassword(password, salt);
  expect(verifyPasswords(password, [old, undefined], salt)).toEqual({ matches: [true, false], made: mine });
  expect(verifyPasswords(password, [old, mine], salt)).toEqual({ matches: [true, true], made: mine });
  expect(matches('gravel and rain 1988', [old, mine])).toEqual([false, false]);
});
