import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseEmail } from '../../src/lib/email-address.ts';

const normalised: [text: string, address: string][] = [
  ['anna@example.com', 'anna@example.com'],
  ['Anna.Berger+tent@Example.COM', 'anna.berger+tent@example.com'],
  ['ＵＳＥＲ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'user@example.com'],
  ['victim﹫example.com', 'victim@example.com'],
  ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
  ['anna@BU\u0308CHER.example', 'anna@xn--bcher-kva.example'],
  ['anna@faß.example', 'anna@xn--fa-hia.example'],
  ['anna@παράδειγμα.δοκιμή', 'anna@xn--hxajbheg2az3al.xn--jxalpdlp'],
  ['anna@例え.テスト', 'anna@xn--r8jz45g.xn--zckzah'],
  ["o'neill!#$%&*+/=?^_`{|}~-@example.com", "o'neill!#$%&*+/=?^_`{|}~-@example.com"],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
];

test.each(normalised)('the email address %s is normalised to %s [A10]', (text, address) => {
  expect(normaliseEmail(text)).toBe(address);
});

test('a normalised email address stays the same when normalised again [A10]', () => {
  for (const [, address] of normalised) expect(normaliseEmail(address)).toBe(address);
});

test('any text is rejected or normalised to one plain ASCII address that stays the same [A10]', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('@', '﹫', '.', '．', '。', ',', '<', '>', '\r\n', '\0', 'ﬁ', 'ﷺ', 'İ', 'ß', '\u212a'),
  );
  const text = fc.oneof(
    fc.emailAddress(),
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.tuple(piece, piece).map(([a, b]) => `a${a}@b${b}.example`),
  );
  fc.assert(
    fc.property(text, (input) => {
      const address = normaliseEmail(input);
      if (address === undefined) return;
      expect(address).toMatch(/^[!-?A-~]+@[a-z0-9.-]+$/);
      expect(address.length).toBeLessThanOrEqual(254);
      expect(normaliseEmail(address)).toBe(address);
    }),
    { numRuns: 2_000 },
  );
});
