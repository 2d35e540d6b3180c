import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testsOf } from '../../proof/engines/mutants/sources.ts';
import { root } from './files.ts';

test.each([...testsOf])('%s: it is there, and so are the tests that are to notice its mutants', (source, tests) => {
  expect([source, ...tests].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
