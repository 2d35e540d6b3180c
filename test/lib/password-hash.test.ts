import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../src/lib/password-hash.ts';

test('a password verifies against its own hash and no other', () => {
  const [one, two] = [hashPassword('five slow gravel passes'), hashPassword('five slow gravel passes')];
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
  ['bcrypt', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['empty', ''],
  ['plain text', 'five slow gravel passes'],
  ['without padding bits', '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAB$AA'],
])('a stored text that is %s is a bug to be told, not a password', (_what, stored) => {
  expect(() => verifyPassword('five slow gravel passes', stored)).toThrow('unknown form');
});
