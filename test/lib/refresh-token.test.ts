import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveKey } from '../../src/lib/keys.ts';
import { makeRefreshToken, readRefreshToken } from '../../src/lib/refresh-token.ts';

const [key, next] = [deriveKey('one', 'refresh-token'), deriveKey('two', 'refresh-token')];
const session = '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b';

test('a refresh token names its session and counter and is the same each time it is made', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0, max: 999_999_999 }), (sessionId, counter) => {
      const token = makeRefreshToken([key], sessionId, counter);
      expect(token).toBe(makeRefreshToken([key], sessionId, counter));
      expect(readRefreshToken([key], token)).toEqual({ sessionId, counter });
    }),
  );
});

test('refresh tokens are made with the first key and read with every key', () => {
  const [old, young] = [makeRefreshToken([key], session, 7), makeRefreshToken([next, key], session, 7)];
  expect(old).not.toBe(young);
  for (const token of [old, young])
    expect(readRefreshToken([next, key], token)).toEqual({ sessionId: session, counter: 7 });
  expect(readRefreshToken([next], old)).toBeUndefined();
  expect(readRefreshToken([], young)).toBeUndefined();
});

test('a text that is not a valid refresh token is rejected [C6]', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(120), (text, at) => {
      const token = makeRefreshToken([key], session, 7);
      const forged = token.slice(0, at) + text + token.slice(at + text.length);
      if (forged !== token) expect(readRefreshToken([key], forged)).toBeUndefined();
      expect(readRefreshToken([key], text)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test.each([-1, 1.5, 1e9, Number.NaN])('a refresh token made with the invalid counter %d cannot be read', (counter) => {
  expect(readRefreshToken([key], makeRefreshToken([key], session, counter))).toBeUndefined();
});
