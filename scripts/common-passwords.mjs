// Writes src/lib/common-passwords.data.ts: a Bloom filter of the most common passwords of at least 8 characters.
// Run it again when @zxcvbn-ts/language-common has a new list: node scripts/common-passwords.mjs
import { writeFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { dictionary } from '@zxcvbn-ts/language-common';

const count = 10_000;
const bits = 98_304;
const hashes = 7;

const passwords = dictionary['passwords-common'].filter((password) => [...password].length >= 8).slice(0, count);
const filter = new Uint8Array(bits / 8);
for (const password of passwords) {
  const view = new DataView(sha256(utf8ToBytes(password.normalize('NFKC').toLowerCase())).buffer);
  for (let n = 0; n < hashes; n += 1) {
    const bit = view.getUint32(n * 4) % bits;
    filter[bit >> 3] |= 1 << (bit & 7);
  }
}
const data = Buffer.from(filter).toString('base64');
writeFileSync(
  new URL('../src/lib/common-passwords.data.ts', import.meta.url),
  `/** Made by scripts/common-passwords.mjs from ${passwords.length} passwords: ${bits} bits, ${hashes} hashes. */\nexport const filterBits = ${bits};\nexport const filterHashes = ${hashes};\nexport const filterBase64 =\n  '${data}';\n`,
);
