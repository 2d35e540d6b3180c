import { hmacSha256 } from '../../lib/keys.ts';
import type { MailShare } from './templates.rules.ts';

/** Stored instead of an address. Each kind has its own hash, so that rows of two kinds cannot be joined. */
export const addressHash = (key: Uint8Array, kind: MailShare | 'suppressed', address: string): Uint8Array =>
  hmacSha256(key, `${kind}:${address}`);
