import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { filterBase64, filterBits, filterHashes } from './common-passwords.data.ts';

/** The length of the longest password in the list. Without it, one in a hundred passphrases would be called common. */
const maxLength = 20;

let filter: Uint8Array | undefined;

/**
 * A lower-case NFKC text is one of the 10,000 commonest passwords. The Bloom filter also matches about 1% of other
 * short texts.
 */
export function isCommonPassword(text: string): boolean {
  if (text.length > maxLength) return false;
  filter ??= Uint8Array.from(atob(filterBase64), (char) => char.charCodeAt(0));
  const view = new DataView(sha256(utf8ToBytes(text)).buffer);
  for (let n = 0; n < filterHashes; n += 1) {
    const bit = view.getUint32(n * 4) % filterBits;
    if (((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}
