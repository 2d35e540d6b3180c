import { expect, test } from 'vitest';
import { deriveKey, equalBytes, hmacSha256, sha256Bytes } from '../../src/lib/keys.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('HMAC-SHA256 and SHA-256 match RFC 4231 (case 2) and FIPS 180-4', () => {
  expect(hex(hmacSha256(new TextEncoder().encode('Jefe'), 'what do ya want for nothing?'))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
  expect(hex(sha256Bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('each root secret gives each purpose its own key [T14]', () => {
  const keys = ['refresh-token', 'cursor', 'network', 'mail'].flatMap((purpose) => [
    deriveKey('one', purpose),
    deriveKey('two', purpose),
  ]);
  expect(new Set(keys.map(hex)).size).toBe(8);
  for (const key of keys) expect(key).toHaveLength(32);
  expect(hex(deriveKey('one', 'cursor'))).toBe(hex(deriveKey('one', 'cursor')));
});

test('a derived key equals the one that WebCrypto derives', async () => {
  const root = await crypto.subtle.importKey('raw', new TextEncoder().encode('one'), 'HKDF', false, ['deriveBits']);
  const info = new TextEncoder().encode('kairos/cursor/v1');
  const bits = await crypto.subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info },
    root,
    256,
  );
  expect(hex(deriveKey('one', 'cursor'))).toBe(hex(new Uint8Array(bits)));
});

test.each<[a: number[], b: number[], isEqual: boolean]>([
  [[], [], true],
  [[1, 2, 3], [1, 2, 3], true],
  [[1, 2, 3], [1, 2, 4], false],
  [[1, 2, 3], [0, 2, 3], false],
  [[1, 2, 3], [1, 2], false],
  [[1, 2], [1, 2, 0], false],
  [[0], [], false],
  [[128], [0], false],
])('the answer whether the bytes %j and %j are equal is %s', (a, b, isEqual) => {
  expect(equalBytes(new Uint8Array(a), new Uint8Array(b))).toBe(isEqual);
});
