import { hmacSha256 } from '../../lib/keys.ts';
import type { MailShare } from './letters.rules.ts';

/** What stands for an address in our tables; of another kind it is another, so that the two cannot be put together. */
export const addressHash = (key: Uint8Array, kind: MailShare | 'suppressed', address: string): Uint8Array =>
  hmacSha256(key, `${kind}:${address}`);
