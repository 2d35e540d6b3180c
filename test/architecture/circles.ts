import { importsOf, type Source } from './source.ts';

/** Names for files in the `imports` of package.json. */
const named: Readonly<Record<string, readonly string[]>> = {
  'npm:#kairos': ['proof/support/kairos.ts', 'test/support/kairos.ts'],
};

/** Import circles, also of types alone, each as one line: `a.ts → b.ts → a.ts`. */
export function circlesIn(sources: readonly Source[]): string[] {
  const imports = new Map(sources.map((source) => [source.path, filesImportedBy(source)]));
  const circles: string[] = [];
  const visited = new Set<string>();

  function visit(path: string, way: readonly string[]): void {
    const start = way.indexOf(path);
    if (start >= 0) circles.push([...way.slice(start), path].join(' → '));
    if (visited.has(path)) return;
    visited.add(path);
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
  }

  for (const path of imports.keys()) visit(path, []);
  return circles;
}

const filesImportedBy = (source: Source): string[] =>
  importsOf(source).flatMap(({ target }) => named[target] ?? (target.startsWith('npm:') ? [] : [target]));
