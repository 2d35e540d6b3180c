import type { Source } from '../../architecture/source.ts';

/** What names rows in a test file: a title, or a cell of a table that titles are made of. */
export type Title = { file: string; ids: string[]; text: string };

const literal = /\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g;

const ids = '[A-Z]\\d*(?:, [A-Z]\\d*)*';
const placeholder = '(?:%s|\\$\\w+)';
const title = new RegExp(`^(?:${placeholder}, )?(${ids}): `);
const cell = new RegExp(`^${ids}$`);
/** The title of a `test.each` whose table has the ids. */
const titleOfTable = new RegExp(`^${placeholder}(?:, ${ids})?: `);

/** Where a test file names rows, read off its texts; comments do not count. */
export function titlesIn({ path, text }: Source): Title[] {
  const texts = [...text.matchAll(literal)].map(([, single, double, template]) => single ?? double ?? template ?? '');
  const ofTable = texts.find((one) => titleOfTable.test(one));
  return texts.flatMap((one) => {
    const named = title.exec(one)?.[1];
    if (named !== undefined) return [{ file: path, ids: named.split(', '), text: one }];
    if (ofTable !== undefined && cell.test(one)) return [{ file: path, ids: one.split(', '), text: ofTable }];
    return [];
  });
}
