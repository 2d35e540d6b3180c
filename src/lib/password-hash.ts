import { argon2id } from '@noble/hashes/argon2.js';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { isBcrypt, verifyBcrypt } from './bcrypt-hash.ts';
import { equalBytes, hmacSha256 } from './keys.ts';

/** OWASP's argon2id for servers: 19 MiB, two passes, one lane. */
const cost = { m: 19_456, t: 2, p: 1 };
const parameters = `m=${cost.m},t=${cost.t},p=${cost.p}`;

// PHC strings are plain base64 without padding.
const toPhc = (bytes: Uint8Array): string => encodeBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
const fromPhc = (text: string): Uint8Array | undefined =>
  decodeBase64url(text.replaceAll('+', '-').replaceAll('/', '_'));

/** NFKC, so that one password typed on two keyboards is one password; never trimmed, folded or cut. */
const digest = (password: string, salt: Uint8Array): Uint8Array =>
  argon2id(password.normalize('NFKC'), salt, { ...cost, dkLen: 32 });

/**
 * About 200 ms of CPU. Synchronous on purpose: interleaved hashes hold 19 MiB each and would fill the isolate. The
 * salt is `saltFor` its address.
 */
export const hashPassword = (password: string, salt: Uint8Array): string =>
  `$argon2id$v=19$${parameters}$${toPhc(salt)}$${toPhc(digest(password, salt))}`;

/** An address has one salt for ever, so that what waits under it and what its account has are held against one hash. */
export const saltFor = (key: Uint8Array, email: string): Uint8Array => hmacSha256(key, `salt:${email}`).slice(0, 16);

const anySalt = new Uint8Array(16);

/** `matches` says which of the hashes are the password's; `made` is what it hashes to under their salt, or `newSalt`. */
export type Verified = { matches: boolean[]; made: string };

/**
 * For the work of one argon2id, whether there is a hash or not: one with another salt than the first is not the
 * password's. One of the predecessor's costs its bcrypt on top, which is what differs in time until it is replaced.
 */
export function verifyPasswords(
  password: string,
  hashes: readonly (string | undefined)[],
  newSalt: Uint8Array = anySalt,
): Verified {
  const first = hashes.find((hash) => hash !== undefined && !isBcrypt(hash));
  const made = hashPassword(password, first === undefined ? newSalt : saltOf(first));
  const bytes = new TextEncoder().encode(made);
  const matches = hashes.map((hash) => {
    if (hash === undefined) return false;
    return isBcrypt(hash) ? verifyBcrypt(password, hash) : equalBytes(new TextEncoder().encode(hash), bytes);
  });
  return { matches, made };
}

function saltOf(hash: string): Uint8Array {
  const [, , , used, salt, digested] = hash.split('$');
  const bytes = fromPhc(salt ?? '');
  if (used !== parameters || !bytes || !digested) throw new Error('a stored password hash is of an unknown form');
  return bytes;
}
