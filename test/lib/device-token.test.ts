import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeDeviceToken, readDeviceToken } from '../../src/lib/device-token.ts';
import { deriveKey } from '../../src/lib/keys.ts';

const [key, next] = [deriveKey('one', 'device-token'), deriveKey('two', 'device-token')];
const rider = '0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b';

test('a device token names its rider and is different each time', () => {
  const [one, other] = [makeDeviceToken([key], rider), makeDeviceToken([key], rider)];
  expect(one).not.toBe(other);
  const bodies = [one, other].map((token) => token.slice(0, token.lastIndexOf('.')));
  expect([one, other].map((token) => readDeviceToken([key], token))).toEqual(
    bodies.map((body) => ({ userId: rider, body })),
  );
});

test('device tokens are made with the first key and read with every key', () => {
  const [old, young] = [makeDeviceToken([key], rider), makeDeviceToken([next, key], rider)];
  for (const token of [old, young]) expect(readDeviceToken([next, key], token)?.userId).toBe(rider);
  expect(readDeviceToken([next], old)).toBeUndefined();
  expect(readDeviceToken([next], young)?.userId).toBe(rider);
  expect(readDeviceToken([], young)).toBeUndefined();
  expect(() => makeDeviceToken([], rider)).toThrow('no key');
});

test('a text that is not a valid device token is rejected', () => {
  const token = makeDeviceToken([key], rider);
  for (const text of [undefined, '', `x${token}`, `${token}x`, `${token}\n`, token.toUpperCase(), `${token}=`])
    expect(readDeviceToken([key], text), text).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.nat(120), (text, at) => {
      const forged = token.slice(0, at) + text + token.slice(at + text.length);
      if (forged !== token) expect(readDeviceToken([key], forged)).toBeUndefined();
      expect(readDeviceToken([key], text)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});
