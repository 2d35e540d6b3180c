import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { statementsOf } from './migrations.ts';

/** A function or view, as its file in `migrations/functions` or `migrations/views` has it now. */
export type Definition = {
  name: string;
  /** From the folder of the migrations. */
  file: string;
  isView: boolean;
  statements: string[];
  /** Names of the other definitions that this one uses. */
  uses: string[];
};

/** The definitions in a folder of migrations, each after all that it uses. */
export function readDefinitions(folder: string): Definition[] {
  const files = globSync('{functions,views}/*.sql', { cwd: folder }).map((path) => path.replaceAll('\\', '/'));
  const parts = files.toSorted().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    // The head stays in the file: in a migration it would soon be out of date.
    const statements = statementsOf(text.replace(/^(?:--.*\n)+/, ''));
    const code = statements.join('\n').replaceAll(/--.*$/gm, '');
    return { name: basename(file, '.sql'), file, isView: file.startsWith('views/'), statements, code };
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
    if (next.length === 0) throw new Error(`These use each other: ${waiting.map(({ file }) => file).join(', ')}.`);
    ordered.push(...next);
    waiting = waiting.filter((definition) => !next.includes(definition));
  }
  return ordered;
}
