import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testsOf } from '../../proof/engines/mutants/sources.ts';
import { root } from './files.ts';

test.each([...testsOf])('the source %s and the tests for its mutants exist', (source, tests) => {
  expect([source, ...tests].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
