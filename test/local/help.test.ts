import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../../local/stack/paths.ts';

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The scripts of our own, with the file that they run. The others are commands of packages. */
const files = Object.entries(scripts).flatMap(([name, command]): [name: string, file: string][] => {
  const file = /(?:^|&& )node (\S+\.ts)(?: --reload| --all)?$/.exec(command)?.[1];
  return file ? [[name, file]] : [];
});

test('the list of commands is not empty', () => {
  expect(files.length).toBeGreaterThanOrEqual(20);
});

test.each(files)('npm run %s answers --help with its usage and does nothing else', async (_name, file) => {
  // A wrong address, so that a command which starts its work fails.
  const env = { ...process.env, DATABASE_OWNER_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, '--help'], { cwd: root, env });
  expect(stdout).toMatch(/^npm (start|test|run)/);
  expect(stdout.split('\n').length).toBeLessThan(20);
  expect(stderr.replaceAll(/^.*ExperimentalWarning.*\n|^\(Use `node.*\n/gm, '')).toBe('');
});

test.each(['worlds', 'camp', 'homes'])('npm run attack -- %s answers --help with its usage', async (attack) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['proof/engines/attack/run.ts', attack, '--help'], {
    cwd: root,
  });
  expect(stdout).toMatch(/^npm run attack -- \w+ \[--seed <n>\]/);
});
