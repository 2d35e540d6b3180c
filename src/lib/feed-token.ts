import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256Bytes } from './keys.ts';

export const feedTokenForm = /^kai_feed_[0-9a-f]{64}$/;

/** The log leaves out every text that begins with `kai_`. */
export function makeFeedToken(): { token: string; tokenHash: Uint8Array } {
  const token = `kai_feed_${bytesToHex(crypto.getRandomValues(new Uint8Array(32)))}`;
  return { token, tokenHash: hashFeedToken(token) };
}

export const hashFeedToken = (token: string): Uint8Array => sha256Bytes(token);
