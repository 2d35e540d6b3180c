import { expect, test } from 'vitest';
import { circlesIn } from './circles.ts';
import { readAll } from './files.ts';

const folders = ['bench', 'local', 'proof', 'scripts', 'src', 'test'];

const allIn = (folder: string) =>
  readAll(folder, '**/*.{ts,tsx,mjs}').map(({ path, text }) => ({ path: `${folder}/${path}`, text }));

test(`no file of ${folders.join(', ')} imports itself through others`, () => {
  const sources = folders.flatMap(allIn);
  expect(sources.length).toBeGreaterThan(500);
  expect(circlesIn(sources), 'Move what two of these files share to a file that imports neither').toEqual([]);
});

const source = (path: string, ...imports: string[]) => ({ path, text: imports.join('\n') });

test.each([
  [
    'two files',
    ["import { b } from './b.ts';"],
    ["import { a } from './a.ts';"],
    'proof/a.ts → proof/b.ts → proof/a.ts',
  ],
  ['types', ["import type { B } from './b.ts';"], ["import { type A } from './a.ts';"], 'proof/a.ts → proof/b.ts'],
  [
    'a dynamic import',
    ["const b = await import('./b.ts');"],
    ["export { a } from './a.ts';"],
    'proof/b.ts → proof/a.ts',
  ],
  ['a file that imports itself', ["import { a } from './a.ts';"], [], 'proof/a.ts → proof/a.ts'],
])('an import circle of %s is found', (_, a, b, circle) => {
  expect(circlesIn([source('proof/a.ts', ...a), source('proof/b.ts', ...b)]).join()).toContain(circle);
});

test('an import circle through #kairos is found', () => {
  const kairos = source('proof/support/kairos.ts', "import { start } from '../../test/support/start.ts';");
  const start = source('test/support/start.ts', "import { env } from '#kairos';");
  expect(circlesIn([kairos, start])).toHaveLength(1);
});

test('files that share an import, or import a missing file, make no circle', () => {
  const sources = [
    source('proof/a.ts', "import { b } from './b.ts';", "import { c } from './c.ts';", "import { x } from 'hono';"),
    source('proof/b.ts', "import { c } from './c.ts';"),
    source('proof/c.ts', "import { gone } from './gone.ts';"),
  ];
  expect(circlesIn(sources)).toEqual([]);
});
