import { describe, expect, test } from 'vitest';
import { read } from '../architecture/files.ts';
import { rowsOf } from './rows/document.ts';
import { faultsBetween } from './rows/faults.ts';
import { titlesOfEntries, titlesOfProject } from './rows/project.ts';
import { titlesIn } from './rows/titles.ts';

const rows = rowsOf(read('docs/security.md'));
const titles = titlesOfProject();

describe('docs/security.md', () => {
  test('has every row, in order, once', () => {
    const sections = Map.groupBy(rows, ({ id }) => id.slice(0, 1));
    for (const [section, list] of sections)
      expect(list.map(({ id }) => id)).toEqual(list.map((_, index) => `${section}${index + 1}`));
    const counts = [...sections].map(([section, { length }]) => `${section}${length}`);
    expect(counts.join(' ')).toBe('A12 B16 C17 D12 E17 F17 G10 H10 I35 J5 K22 L9 M5 N11 O14 P9 Q8 R6 S20 T28');
  });

  test('and the titles of the tests say the same', () => {
    expect(titles.length).toBeGreaterThan(300);
    expect(faultsBetween(rows, titles)).toEqual([]);
  });
});

const table = (proof: string) =>
  rowsOf(`| id | what holds | proven by |\n|---|---|---|\n| B3 | All are counted | ${proof} |\n`);
const link = (name: string) => `[${name}](../test/${name}.test.ts)`;
const file = (text: string, name = 'a') => titlesIn({ path: `test/${name}.test.ts`, text });

test('an entry of the register names a row as a title of the test of owners does', () => {
  const path = 'test/contract/operations/journeys.ts';
  const text = "export const journeys = {\n  getJourney: {\n    row: 'B3',\n    trips: 1,\n  },\n};\n";
  expect(titlesOfEntries({ path, text })).toEqual([
    { file: 'test/contract/owners.test.ts', ids: ['B3'], text: "getJourney of another's journey" },
  ]);
});

describe('a row', () => {
  test.each([
    ['with a title in the file it leads to', link('a'), "test('B3: all at once', () => {});"],
    ['with others beside it', link('a'), "describe('A1, B3, C4: all at once', () => {});"],
    ['in a longer text', link('a'), 'test("B3: what\'s more", f);\nconst id = "B4";'],
    ['in a template', link('a'), 'test(`B3: all\nat once`, f);'],
    ['as the first cell of a table', link('a'), "test.each([['B3: in capitals', 1]])('%s is refused', f);"],
    ['as a cell of ids', link('a'), "const rows = { login: 'B3' };\ntest.each(rows)('%s: %s answers 404', f);"],
    ['with nothing, explained', 'not yet: no login', "test('all at once', f); const id = 'B3';"],
  ])('%s is fine', (_, proof, text) => {
    expect(faultsBetween(table(proof), file(text)).filter((fault) => fault.startsWith('B3'))).toEqual([]);
  });

  test.each([
    ['without a title', "test('all at once', f);"],
    ['in a comment only', "// test('B3: all at once', f);\n/* 'B3: all' */"],
    ['in the middle of a title', "test('all at once (B3: counted)', f);"],
    ['as a text that is no cell of a table', "const id = 'B3';\ntest('all at once', f);"],
    ['as the beginning of another', "test('B31: all at once', f);"],
  ])('said to be proven, %s, is a fault', (_, text) => {
    expect(faultsBetween(table(link('a')), file(text))).toContain(
      'B3 is said to be proven by test/a.test.ts: no title there names it',
    );
  });

  test('with a title in another file than it leads to is a fault', () => {
    expect(faultsBetween(table(link('a')), file("test('B3: all at once', f);", 'b'))).toHaveLength(1);
    expect(faultsBetween(table(`${link('a')}, ${link('b')}`), file("test('B3: x', f);", 'b'))).toHaveLength(1);
  });

  test('explained, with a test, is a fault', () => {
    expect(faultsBetween(table('not yet: no login'), file("test('B3: all at once', f);"))).toEqual([
      'B3 is "not yet: no login", but has a test in test/a.test.ts',
    ]);
  });

  test.each(['', 'soon', 'not yet'])('with %j for a proof is a fault', (proof) => {
    expect(faultsBetween(table(proof || '-'), [])).toEqual(['B3 is neither proven nor explained']);
  });

  test.each(['B4', 'B3, B4', 'S, B3', 'B3, Z9'])('that is none is a fault in the title of %s', (ids) => {
    expect(faultsBetween(table(link('a')), file(`test('B3: y', f);\ntest('${ids}: x', f);`))).toEqual([
      expect.stringMatching(/^test\/a\.test\.ts names \w+, which is no row: /),
    ]);
  });
});
