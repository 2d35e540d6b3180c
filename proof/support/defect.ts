import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../local/database/database.ts';
import { paths, root } from '../../local/stack/paths.ts';

/** A change of a source file: replaces a text that the file has exactly once. */
export type SourceChange = { file: string; find: string; replace: string };

/** A change of a database function: replaces every occurrence of a text. */
export type FunctionChange = { sqlFunction: string; find: string; replace: string };

/** The changes that inject a defect. */
export type Defect = SourceChange | readonly (SourceChange | FunctionChange)[];

const partsOf = (defect: Defect): readonly (SourceChange | FunctionChange)[] => ('file' in defect ? [defect] : defect);

export const sourceChangesOf = (defect: Defect): SourceChange[] => partsOf(defect).filter((part) => 'file' in part);

export const functionChangesOf = (defect: Defect): FunctionChange[] =>
  partsOf(defect).filter((part) => 'sqlFunction' in part);

/** The files and folders that a build of the Worker reads. */
const buildInputs = [
  'src',
  'public',
  'migrations',
  'scripts',
  'local',
  'wrangler.toml',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
];

/** Makes a copy of the project with changes. It lies below the project, so that it finds node_modules. */
export function copyWithChanges(changes: readonly SourceChange[]): string {
  const copies = join(paths.state, 'changed');
  mkdirSync(copies, { recursive: true });
  const copy = mkdtempSync(join(copies, 'copy-'));
  for (const path of buildInputs) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  // wrangler runs the command in the folder of this process.
  const build: SourceChange = {
    file: 'wrangler.toml',
    find: '"node scripts/build.ts"',
    replace: `'node "${join(copy, 'scripts/build.ts')}"'`,
  };
  for (const change of [build, ...changes]) {
    const file = join(copy, change.file);
    writeFileSync(file, applyChange(readFileSync(file, 'utf8'), change));
  }
  return copy;
}

/**
 * Throws if the source does not have the text exactly once, since an engine cannot find a defect that was not injected.
 */
export function applyChange(source: string, { file, find, replace }: SourceChange): string {
  if (source.split(find).length !== 2) throw new Error(`${file} must contain exactly once: ${find}`);
  return source.replace(find, () => replace);
}

/** Applies changes of functions to a database. */
export async function changeFunctions(
  { run }: Pick<Database, 'run'>,
  changes: readonly FunctionChange[],
): Promise<void> {
  for (const { sqlFunction, find, replace } of changes) {
    const { rows } = await run({
      query: 'select pg_get_functiondef(oid) from pg_proc where proname = $1',
      params: [sqlFunction],
    });
    const [[definition = null] = []] = rows;
    if (!definition?.includes(find)) throw new Error(`${sqlFunction} does not contain: ${find}`);
    await run({ query: definition.replaceAll(find, () => replace) });
  }
}
