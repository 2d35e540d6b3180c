import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../local/database/database.ts';
import { paths, root } from '../../local/stack/paths.ts';

/** A change put into the sources: the text at one place is another. */
export type Plant = { file: string; find: string; replace: string };

/** The same, wherever it says so, in a function of the database. */
export type FunctionPlant = { sqlFunction: string; find: string; replace: string };

/** All that it takes to build a defect in. */
export type Defect = Plant | readonly (Plant | FunctionPlant)[];

const partsOf = (defect: Defect): readonly (Plant | FunctionPlant)[] => ('file' in defect ? [defect] : defect);

export const plantsIn = (defect: Defect): Plant[] => partsOf(defect).filter((part) => 'file' in part);

export const functionPlantsIn = (defect: Defect): FunctionPlant[] =>
  partsOf(defect).filter((part) => 'sqlFunction' in part);

/** All that a build of the Worker reads. */
const needed = [
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

/** A copy of the project, below its node_modules, with the changes in it, which nobody else has. */
export function plantedRoot(plants: readonly Plant[]): string {
  const copies = join(paths.state, 'planted');
  mkdirSync(copies, { recursive: true });
  const copy = mkdtempSync(join(copies, 'copy-'));
  for (const path of needed) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  for (const plant of plants) {
    const file = join(copy, plant.file);
    writeFileSync(file, planted(readFileSync(file, 'utf8'), plant));
  }
  return copy;
}

/** Throws where the place to change is not there exactly once: a plant that does not grow proves nothing. */
export function planted(source: string, { file, find, replace }: Plant): string {
  if (source.split(find).length !== 2) throw new Error(`${file} does not say exactly once: ${find}`);
  return source.replace(find, () => replace);
}

/** Builds a defect's changes of functions into a database. */
export async function plantFunctions({ run }: Pick<Database, 'run'>, plants: readonly FunctionPlant[]): Promise<void> {
  for (const { sqlFunction, find, replace } of plants) {
    const { rows } = await run({
      query: 'select pg_get_functiondef(oid) from pg_proc where proname = $1',
      params: [sqlFunction],
    });
    const [[definition = null] = []] = rows;
    if (!definition?.includes(find)) throw new Error(`${sqlFunction} does not say: ${find}`);
    await run({ query: definition.replaceAll(find, () => replace) });
  }
}
