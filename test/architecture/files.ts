import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './source.ts';

export const root = join(import.meta.dirname, '../..');

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The files of a folder, with paths relative to it. */
export const readAll = (folder: string, pattern: string): Source[] =>
  globSync(pattern, { cwd: join(root, folder), exclude: ['**/node_modules', '**/generated'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: read(`${folder}/${path}`) }));
