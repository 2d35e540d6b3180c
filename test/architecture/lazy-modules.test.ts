import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { read, readAll } from './files.ts';
import type { Source } from './source.ts';

const areas = 'src/areas/areas.ts';
const loadedForTests = 'test/support/lazy-modules.ts';

/** The modules that a file imports on their first use. */
const importedLate = ({ path, text }: Source): string[] =>
  [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, specifier = '']) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
  );

test('every module that Kairos imports on its first use is loaded before the requests of the tests', () => {
  const loaded = importedLate({ path: loadedForTests, text: read(loadedForTests) });
  const sources = readAll('src', '**/*.{ts,tsx}').map(({ path, text }) => ({ path: `src/${path}`, text }));
  const areaFiles = readAll('src/areas', '*.ts').map(({ path }) => `src/areas/${path}`);
  const late = sources.flatMap(importedLate).filter((path) => !areaFiles.includes(path));
  expect(importedLate({ path: areas, text: read(areas) })).toContain('src/areas/journeys.ts');
  expect(late).toContain('resend');
  expect(late.filter((path) => !loaded.includes(path))).toEqual([]);
});
