import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../local/stack/paths.ts';

const clone = mkdtempSync(join(tmpdir(), 'kairos-clone-'));
afterAll(() => rmSync(clone, { recursive: true }));

const script = join(clone, 'scripts/check-node.mjs');
const run = () => promisify(execFile)(process.execPath, [script]);

function writeLockfile(path: string, packages: object) {
  writeFileSync(join(clone, path), JSON.stringify({ packages: { '': { name: 'kairos' }, ...packages } }));
}

beforeAll(() => {
  cpSync(join(root, 'scripts/check-node.mjs'), script);
  writeLockfile('package-lock.json', {
    'node_modules/hono': { version: '2.0.0' },
    'node_modules/for-windows': { version: '1.0.0', optional: true },
  });
});

test('a script in a clone without packages says that they must be installed first', async () => {
  await expect(run()).rejects.toMatchObject({
    code: 1,
    stderr: 'The packages are not installed. Run npm install first.\n',
  });
});

test('a script says that npm install is needed when package-lock.json names other packages than the installed ones', async () => {
  mkdirSync(join(clone, 'node_modules'));
  const refusal = {
    code: 1,
    stderr: 'The installed packages are not those of package-lock.json. Run npm install first.\n',
  };
  await expect(run()).rejects.toMatchObject(refusal);
  writeLockfile('node_modules/.package-lock.json', {});
  await expect(run()).rejects.toMatchObject(refusal);
  writeLockfile('node_modules/.package-lock.json', { 'node_modules/hono': { version: '1.0.0' } });
  await expect(run()).rejects.toMatchObject(refusal);
  writeLockfile('node_modules/.package-lock.json', { 'node_modules/hono': { version: '2.0.0' } });
  expect(await run()).toEqual({ stdout: '', stderr: '' });
});
