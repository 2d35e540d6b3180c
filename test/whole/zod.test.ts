import { expect, test } from 'vitest';
import * as zod from 'zod';
import * as bundled from '../../src/lib/zod-without-languages.ts';

/** `compile` makes code from text, which Workers refuse. */
const compiler = ['compile', 'withParser', 'INVALID', 'ZodCompileAsyncError', 'ZodCompileUnsupportedError'];
const leftOut = ['core', 'default', 'locales', 'fromJSONSchema', ...compiler];

test('the bundle has every export of zod but its core, its languages, its compiler and its reader of JSON Schema', () => {
  const exported = Object.keys(zod).filter((name) => !leftOut.includes(name));
  expect(Object.keys(bundled).sort()).toEqual(exported.sort());
  expect(Object.keys(zod)).toEqual(expect.arrayContaining(leftOut));
});
