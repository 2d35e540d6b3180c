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

const absent = `$argon2id$v=19$${parameters}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Costs the same whether there is a hash or not. */
export const verifyPassword = (password: string, hash: string | undefined): boolean =>
  verifyPasswords(password, [hash]).includes(true);

/**
 * Which of the hashes are the password's, for the work of one argon2id: a hash with another salt than the first is none
 * of them. One of the predecessor's costs its bcrypt on top, which is what differs in time until it has been rehashed.
 */
export function verifyPasswords(password: string, hashes: readonly (string | undefined)[]): boolean[] {
  const first = hashes.find((hash) => hash !== undefined && !isBcrypt(hash)) ?? absent;
  const [, , , used, salt, expected] = first.split('$');
  const saltBytes = fromPhc(salt ?? '');
  if (used !== parameters || !saltBytes || !expected) throw new Error('a stored password hash is of an unknown form');
  const made = new TextEncoder().encode(hashPassword(password, saltBytes));
  return hashes.map((hash) => {
    if (hash === undefined) return false;
    return isBcrypt(hash) ? verifyBcrypt(password, hash) : equalBytes(new TextEncoder().encode(hash), made);
  });
}
