import type { Source } from '../../architecture/source.ts';

/** A text of a test file that names rows: a title, or a cell of a table of titles. */
export type Title = { file: string; ids: string[]; text: string };

const literal = /\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g;

const id = '[A-Z]\\d*';
const placeholder = '%s|\\$\\w+';
const listOf = (item: string) => `(?:${item})(?:, (?:${item}))*`;
const title = new RegExp(` \\[(${listOf(`${id}|${placeholder}`)})\\]$`);
const cell = new RegExp(`^${listOf(id)}$`);

/** The titles of a test file that name rows, read from its string literals. Comments do not count. */
export function titlesIn({ path, text }: Source): Title[] {
  const texts = [...text.matchAll(literal)].map(([, single, double, template]) => single ?? double ?? template ?? '');
  const titleOfTable = texts.find((one) => namesIn(one).some(isPlaceholder));
  return texts.flatMap((one) => {
    const ids = namesIn(one).filter((name) => !isPlaceholder(name));
    if (ids.length > 0) return [{ file: path, ids, text: one }];
    if (titleOfTable !== undefined && cell.test(one)) return [{ file: path, ids: one.split(', '), text: titleOfTable }];
    return [];
  });
}

/** The ids and placeholders in the brackets at the end of a title. */
const namesIn = (text: string): string[] => title.exec(text)?.[1]?.split(', ') ?? [];
const isPlaceholder = (name: string): boolean => /^[%$]/.test(name);
