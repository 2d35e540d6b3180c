import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../local/stack/paths.ts';

const clone = mkdtempSync(join(tmpdir(), 'kairos-clone-'));
afterAll(() => rmSync(clone, { recursive: true }));

test('a script in a clone without packages says that they must be installed first', async () => {
  const script = join(clone, 'scripts/check-node.mjs');
  cpSync(join(root, 'scripts/check-node.mjs'), script);
  const run = () => promisify(execFile)(process.execPath, [script]);
  await expect(run()).rejects.toMatchObject({
    code: 1,
    stderr: 'The packages are not installed. Run npm install first.\n',
  });
  mkdirSync(join(clone, 'node_modules'));
  expect(await run()).toEqual({ stdout: '', stderr: '' });
});
