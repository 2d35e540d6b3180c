import { posix } from 'node:path';

/** A source file: its path, relative to its folder such as `src`, and its text. */
export type Source = { path: string; text: string };

export type Import = { target: string; isTypeOnly: boolean };

const statement =
  /^(?:import|export)\s+(type\s+)?([\w\s{},*$]+?)\s+from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/**
 * The imports of a file: `npm:<name>`, or a path relative to `src`. `own/` stands for the feature folder of the file,
 * and `../` for folders outside of `src`.
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

/** The text without comments and plain strings. Template literals stay, since they contain code. */
export const codeOf = (text: string): string =>
  text.replaceAll(commentOrString, (found) => (found.startsWith('/') ? '' : "''"));

const definition = /defineError\(\s*'(\w+)',\s*'([\w.]+)'/g;

export const errorsDefinedIn = (text: string): { kind: string; code: string }[] =>
  [...text.matchAll(definition)].map(([, kind = '', code = '']) => ({ kind, code }));
