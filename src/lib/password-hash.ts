import { argon2id } from '@noble/hashes/argon2.js';
import { compareSync } from 'bcryptjs';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { isBcrypt } from './bcrypt-hash.ts';
import { equalBytes, hmacSha256 } from './keys.ts';

/** OWASP's argon2id for servers: 19 MiB, two passes, one lane. */
const cost = { m: 19_456, t: 2, p: 1 };
const parameters = `m=${cost.m},t=${cost.t},p=${cost.p}`;

// PHC strings are plain base64 without padding.
const toPhc = (bytes: Uint8Array): string => encodeBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
const fromPhc = (text: string): Uint8Array | undefined =>
  decodeBase64url(text.replaceAll('+', '-').replaceAll('/', '_'));

/** NFKC makes a password the same on every keyboard. It is never trimmed, folded or cut. */
const digest = (password: string, salt: Uint8Array): Uint8Array =>
  argon2id(password.normalize('NFKC'), salt, { ...cost, dkLen: 32 });

/**
 * Takes about 200 ms of CPU. It is synchronous on purpose: parallel hashes would fill the isolate with 19 MiB each. The
 * salt comes from `saltFor`.
 */
export const hashPassword = (password: string, salt: Uint8Array): string =>
  `$argon2id$v=19$${parameters}$${toPhc(salt)}$${toPhc(digest(password, salt))}`;

/**
 * An address always has the same salt, so that one hash is enough to check its account and its pending registrations.
 */
export const saltFor = (key: Uint8Array, email: string): Uint8Array => hmacSha256(key, `salt:${email}`).slice(0, 16);

/** Checks the password as the predecessor did: as it was typed, without NFKC. Bcrypt reads the first 72 bytes. */
const verifyBcrypt = (password: string, hash: string): boolean => compareSync(password, hash);

const anySalt = new Uint8Array(16);

/**
 * `matches` says for each hash whether it fits the password. `newHash` is the hash of the password with their salt, or
 * with `newSalt`.
 */
export type PasswordCheck = { matches: boolean[]; newHash: string };

/**
 * Checks a password against all the hashes with the work of one argon2id, even without any hash. A hash with another
 * salt than the first one never matches. A bcrypt hash of the predecessor takes extra time until it is replaced.
 */
export function verifyPasswords(
  password: string,
  hashes: readonly (string | undefined)[],
  newSalt: Uint8Array = anySalt,
): PasswordCheck {
  const first = hashes.find((hash) => hash !== undefined && !isBcrypt(hash));
  const newHash = hashPassword(password, first === undefined ? newSalt : saltOf(first));
  const bytes = new TextEncoder().encode(newHash);
  const matches = hashes.map((hash) => {
    if (hash === undefined) return false;
    return isBcrypt(hash) ? verifyBcrypt(password, hash) : equalBytes(new TextEncoder().encode(hash), bytes);
  });
  return { matches, newHash };
}

function saltOf(hash: string): Uint8Array {
  const [, , , used, salt, digested] = hash.split('$');
  const bytes = fromPhc(salt ?? '');
  if (used !== parameters || !bytes || !digested) throw new Error('a stored password hash has an unknown form');
  return bytes;
}
