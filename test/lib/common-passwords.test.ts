import { dictionary } from '@zxcvbn-ts/language-common';
import { expect, test } from 'vitest';
import { isCommonPassword } from '../../src/lib/common-passwords.ts';

const common = (dictionary['passwords-common'] ?? []).map(String).filter((password) => [...password].length >= 8);

test('B12: each of the 10,000 commonest passwords that are long enough is known', () => {
  const listed = common.slice(0, 10_000);
  expect(listed).toHaveLength(10_000);
  expect(listed.filter((password) => !isCommonPassword(password.normalize('NFKC').toLowerCase()))).toEqual([]);
});

test('of other short texts about one in a hundred is refused too, of long ones none', () => {
  const texts = Array.from({ length: 10_000 }, (_, index) => `k${index}q${index * 7}`);
  const share = texts.filter(isCommonPassword).length / texts.length;
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(0.02);
  expect(texts.map((text) => `${text} over the pass in rain`).filter(isCommonPassword)).toEqual([]);
});
