import { expect, test } from 'vitest';
import { read, readAll } from '../architecture/files.ts';

const page = read('docs/clients.md');

const linesIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

test('all code of docs/clients.md, but its imports, is code of the apps that npm run clients runs', () => {
  const apps = new Set(readAll('proof/clients/jobs', '*.ts').flatMap(({ text }) => linesIn(text)));
  const shown = [...page.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, code = '']) => linesIn(code));
  expect(shown.length).toBeGreaterThan(25);
  expect(shown.filter((line) => !line.startsWith('import ') && !apps.has(line))).toEqual([]);
});

test('docs/clients.md installs the versions that npm run clients tries', () => {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(read('proof/clients/package.json'));
  const installed = [...page.matchAll(/npm install (.*)/g)].flatMap(([, packages = '']) => packages.split(' '));
  const wanted = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
  expect(new Set(installed.filter((name) => !name.startsWith('--')))).toEqual(new Set(wanted));
});
