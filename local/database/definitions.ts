import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { statementsOf } from './migrations.ts';

/** A function or view in its current form, from a file in `migrations/functions` or `migrations/views`. */
export type Definition = {
  name: string;
  /** Relative to the folder of the migrations. */
  file: string;
  isView: boolean;
  statements: string[];
  /** Names of the other definitions that this one uses. */
  uses: string[];
  /**
   * The table that stores its results. The comment at the start of the file says: "Its results are kept in <table>."
   */
  resultTable: string | undefined;
};

/** The definitions in a folder of migrations, each after those that it uses. */
export function readDefinitions(folder: string): Definition[] {
  const files = globSync('{functions,views}/*.sql', { cwd: folder }).map((path) => path.replaceAll('\\', '/'));
  const parts = files.toSorted().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    // Migrations get no comment from the start of a file, since it would soon be out of date there.
    const statements = statementsOf(text.replace(/^(?:--.*\n)+/, ''));
    const code = statements.join('\n').replaceAll(/--.*$/gm, '');
    const resultTable = /^--.*\bIts results are kept in (\w+)\./m.exec(text)?.[1];
    return { name: basename(file, '.sql'), file, isView: file.startsWith('views/'), statements, code, resultTable };
  });
  const useOf = ({ name, isView }: (typeof parts)[number]) => new RegExp(`\\b${name}\\b${isView ? '' : '\\s*\\('}`);
  const definitions = parts.map(({ code, ...part }) => ({
    ...part,
    uses: parts.filter((other) => other.name !== part.name && useOf(other).test(code)).map(({ name }) => name),
  }));
  return inOrder(definitions);
}

function inOrder(definitions: readonly Definition[]): Definition[] {
  const ordered: Definition[] = [];
  let waiting = definitions;
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const next = waiting.filter(({ uses }) => !uses.some((name) => names.has(name)));
    if (next.length === 0)
      throw new Error(
        `These definitions have no valid order, because some of them use each other: ${waiting.map(({ file }) => file).join(', ')}. Remove one of these uses.`,
      );
    ordered.push(...next);
    waiting = waiting.filter((definition) => !next.includes(definition));
  }
  return ordered;
}

/** The tables with results of the changed definitions, or of definitions that use them. */
export function resultTablesOf(changed: ReadonlySet<string>, definitions: readonly Definition[]): string[] {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const isAffected = (name: string): boolean => changed.has(name) || (byName.get(name)?.uses ?? []).some(isAffected);
  return definitions.flatMap(({ name, resultTable }) =>
    resultTable !== undefined && isAffected(name) ? [resultTable] : [],
  );
}
