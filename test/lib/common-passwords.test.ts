import { dictionary } from '@zxcvbn-ts/language-common';
import { expect, test } from 'vitest';
import { isCommonPassword } from '../../src/lib/common-passwords.ts';

const common = (dictionary['passwords-common'] ?? []).map(String).filter((password) => [...password].length >= 8);

test('each of the 10,000 most common passwords of at least eight characters is recognised [B12]', () => {
  const listed = common.slice(0, 10_000);
  expect(listed).toHaveLength(10_000);
  expect(listed.filter((password) => !isCommonPassword(password.normalize('NFKC').toLowerCase()))).toEqual([]);
});

test('about one in a hundred other short passwords is mistaken for a common one, and no long password', () => {
  const texts = Array.from({ length: 10_000 }, (_, index) => `k${index}q${index * 7}`);
  const share = texts.filter(isCommonPassword).length / texts.length;
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(0.02);
  expect(texts.map((text) => `${text} over the pass in rain`).filter(isCommonPassword)).toEqual([]);
});
