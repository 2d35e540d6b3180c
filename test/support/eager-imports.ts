import type { Plugin } from 'vitest/config';

const lateImport = /\bimport\(('[^']+')\)/g;

/**
 * Makes `import()` in the sources of the Worker a static import, for tests only. The module runner of vitest shares the
 * promise of an `import()` between simultaneous requests, and some of them then hang. A built Worker has no such promise.
 */
export const eagerImports = (sources: string): Plugin => ({
  name: 'eager-imports',
  enforce: 'pre',
  transform(code, id) {
    if (!id.startsWith(sources)) return undefined;
    const specifiers = [...new Set([...code.matchAll(lateImport)].map(([, specifier = '']) => specifier))];
    if (specifiers.length === 0) return undefined;
    const imports = specifiers.map((specifier, n) => `import * as imported${n} from ${specifier};`);
    const eager = code.replaceAll(
      lateImport,
      (_, specifier: string) => `Promise.resolve(imported${specifiers.indexOf(specifier)})`,
    );
    // On the first line, so that lines of errors stay right.
    return { code: `${imports.join(' ')} ${eager}`, map: null };
  },
});
