import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveKey } from '../../src/lib/keys.ts';
import { makeUnsubscribeToken, readUnsubscribeToken } from '../../src/lib/unsubscribe-token.ts';

const [key, next] = [deriveKey('one', 'unsubscribe'), deriveKey('two', 'unsubscribe')];
const rider = '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b';

test('unsubscribe tokens are made with the first key and read with every key', () => {
  const [old, young] = [makeUnsubscribeToken([key], rider), makeUnsubscribeToken([next, key], rider)];
  for (const token of [old, young]) expect(readUnsubscribeToken([next, key], token)).toBe(rider);
  expect(readUnsubscribeToken([next], old)).toBeUndefined();
  expect(() => makeUnsubscribeToken([], rider)).toThrow('no key');
});

test('a text that differs from a valid unsubscribe token in any character is rejected', () => {
  const token = makeUnsubscribeToken([key], rider);
  for (const text of ['', `x${token}`, `${token}x`, `${token}\n`, token.toUpperCase(), `${token}=`])
    expect(readUnsubscribeToken([key], text), text).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.nat(90), (text, at) => {
      const forged = token.slice(0, at) + text + token.slice(at + text.length);
      if (forged !== token) expect(readUnsubscribeToken([key], forged)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});
