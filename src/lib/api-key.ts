import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256Bytes } from './keys.ts';

const form = /^kai_([0-9a-f]{12})_([0-9a-f]{64})([0-9a-f]{8})$/;

const checksumOf = (prefix: string, secret: string): string =>
  bytesToHex(sha256Bytes(`${prefix}_${secret}`)).slice(0, 8);

const randomHex = (bytes: number): string => bytesToHex(crypto.getRandomValues(new Uint8Array(bytes)));

/** `kai_<prefix>_<secret><checksum>`. The prefix finds the row, and the checksum reveals a typo without a query. */
export function makeApiKey(): { token: string; prefix: string; secretHash: Uint8Array } {
  const [prefix, secret] = [randomHex(6), randomHex(32)];
  return { token: `kai_${prefix}_${secret}${checksumOf(prefix, secret)}`, prefix, secretHash: sha256Bytes(secret) };
}

export function readApiKey(token: string): { prefix: string; secretHash: Uint8Array } | undefined {
  const [, prefix, secret, checksum] = form.exec(token) ?? [];
  if (!prefix || !secret || checksum !== checksumOf(prefix, secret)) return;
  return { prefix, secretHash: sha256Bytes(secret) };
}
