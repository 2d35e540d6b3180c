import { expect, test } from 'vitest';
import * as zod from 'zod';
import * as bundled from '../../src/lib/zod-without-languages.ts';

const leftOut = ['core', 'default', 'locales'];

test('the bundle has every export of zod but its languages and its core', () => {
  const exported = Object.keys(zod).filter((name) => !leftOut.includes(name));
  expect(Object.keys(bundled).sort()).toEqual(exported.sort());
  expect(Object.keys(zod)).toEqual(expect.arrayContaining(leftOut));
});
