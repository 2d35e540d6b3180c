import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url } from '../../src/lib/base64url.ts';

test('any bytes survive a round trip through base64url, spelled as in RFC 4648 without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = encodeBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(decodeBase64url(text)).toEqual(bytes);
    }),
  );
});

test('every text is either invalid base64url or the only spelling of its bytes [C7]', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_+/=-]{0,12}$/)), (text) => {
      const bytes = decodeBase64url(text);
      if (bytes) expect(encodeBase64url(bytes)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['A', 'AAAAA', 'AA=', 'AA==', 'AB', 'AAB', '+A', '/A', 'A A', 'AA\n', 'AAé', 'AA.AA', '%41'])(
  '%j is not valid base64url [C7]',
  (text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  },
);

test('the empty text decodes to no bytes', () => {
  expect(decodeBase64url('')).toEqual(new Uint8Array());
});
