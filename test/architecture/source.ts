import { posix } from 'node:path';

/** A file of `src`: its path from there, and its text. */
export type Source = { path: string; text: string };

export type Import = { target: string; isTypeOnly: boolean };

const statement =
  /^(?:import|export)\s+(type\s+)?([\w\s{},*$]+?)\s+from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/**
 * What a file imports: `npm:<name>`, or a path from `src`, where `own/` stands for the folder of the feature that
 * the file belongs to and `../` for what lies outside.
 */
export function importsOf({ path, text }: Source): Import[] {
  return [...text.matchAll(statement)].map(([, type, clause = '', from, bare, dynamic]) => ({
    target: targetOf(path, from ?? bare ?? dynamic ?? ''),
    isTypeOnly: type !== undefined || isListOfTypes(clause),
  }));
}

function isListOfTypes(clause: string): boolean {
  const names = /^\{([^}]*)\}$/.exec(clause)?.[1]?.split(',') ?? [''];
  return names
    .map((name) => name.trim())
    .every((name, index) => name.startsWith('type ') || (index > 0 && name === ''));
}

function targetOf(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return `npm:${specifier}`;
  const target = posix.join(posix.dirname(path), specifier);
  const feature = /^features\/[\w-]+\//.exec(path)?.[0];
  return feature && target.startsWith(feature) ? `own/${target.slice(feature.length)}` : target;
}

const commentOrString = /\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** The text without comments and plain strings; template literals stay, since code stands in them. */
export const codeOf = (text: string): string =>
  text.replaceAll(commentOrString, (found) => (found.startsWith('/') ? '' : "''"));

const definition = /defineError\(\s*'(\w+)',\s*'([\w.]+)'/g;

export const errorsDefinedIn = (text: string): { kind: string; code: string }[] =>
  [...text.matchAll(definition)].map(([, kind = '', code = '']) => ({ kind, code }));
