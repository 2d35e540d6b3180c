import { readAll } from '../../architecture/files.ts';
import type { Source } from '../../architecture/source.ts';
import { type Title, titlesIn } from './titles.ts';

/** All places that name rows: titles of tests and races, and the register of operations. */
export const titlesOfProject = (): Title[] => [
  ...readAll('.', '{test/**/*.test.ts,proof/engines/races/*.ts}').flatMap(titlesIn),
  ...readAll('.', 'test/contract/operations/*.ts').flatMap(titlesOfEntries),
];

/** The titles that test/contract/owners.test.ts makes of a feature's entries. */
export const titlesOfEntries = ({ text }: Source): Title[] =>
  [...text.matchAll(/^ {2}(\w+): \{$|^ {4}row: '([A-Z]\d+)',$/gm)].flatMap(([, , row], index, lines) =>
    row === undefined
      ? []
      : [{ file: 'test/contract/owners.test.ts', ids: [row], text: `${lines[index - 1]?.[1]} of another's journey` }],
  );
