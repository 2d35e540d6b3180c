import { argon2id } from '@noble/hashes/argon2.js';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { equalBytes } from './keys.ts';

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

/** About 200 ms of CPU. Synchronous on purpose: interleaved hashes hold 19 MiB each and would fill the isolate. */
export function hashPassword(password: string): string {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return `$argon2id$v=19$${parameters}$${toPhc(salt)}$${toPhc(digest(password, salt))}`;
}

const absent = `$argon2id$v=19$${parameters}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Costs the same whether there is a hash or not. */
export function verifyPassword(password: string, hash: string | undefined): boolean {
  const [, , , used, salt, expected] = (hash ?? absent).split('$');
  const [saltBytes, expectedBytes] = [fromPhc(salt ?? ''), fromPhc(expected ?? '')];
  if (used !== parameters || !saltBytes || !expectedBytes)
    throw new Error('a stored password hash is of an unknown form');
  return equalBytes(digest(password, saltBytes), expectedBytes) && hash !== undefined;
}
