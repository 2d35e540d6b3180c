import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths, root } from '../local/stack/paths.ts';

/** A change put into the sources: the text at one place is another. */
export type Plant = { file: string; find: string; replace: string };

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

/** A copy of the project, below its node_modules, with the change in it. */
export function plantedRoot(name: string, plant: Plant): string {
  const copy = join(paths.state, 'planted', name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const path of needed) cpSync(join(root, path), join(copy, path), { recursive: true });
  const file = join(copy, plant.file);
  writeFileSync(file, planted(readFileSync(file, 'utf8'), plant));
  return copy;
}

/** Throws where the place to change is not there exactly once: a plant that does not grow proves nothing. */
export function planted(source: string, { file, find, replace }: Plant): string {
  if (source.split(find).length !== 2) throw new Error(`${file} does not say exactly once: ${find}`);
  return source.replace(find, () => replace);
}
