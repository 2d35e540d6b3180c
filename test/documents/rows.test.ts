import { describe, expect, test } from 'vitest';
import { read } from '../architecture/files.ts';
import { rowsOf } from './rows/document.ts';
import { faultsBetween } from './rows/faults.ts';
import { titlesOfEntries, titlesOfProject } from './rows/project.ts';
import { titlesIn } from './rows/titles.ts';

const rows = rowsOf(read('docs/security.md'));
const titles = titlesOfProject();

describe('rows of docs/security.md', () => {
  test('docs/security.md has every row once and in order', () => {
    const sections = Map.groupBy(rows, ({ id }) => id.slice(0, 1));
    for (const [section, list] of sections)
      expect(list.map(({ id }) => id)).toEqual(list.map((_, index) => `${section}${index + 1}`));
    const counts = [...sections].map(([section, { length }]) => `${section}${length}`);
    expect(counts.join(' ')).toBe('A12 B16 C17 D12 E17 F17 G10 H13 I40 J5 K23 L9 M6 N11 O14 P9 Q8 R6 S20 T28');
  });

  test('docs/security.md and the test titles name the same rows', () => {
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

describe('faults between rows and titles', () => {
  test.each([
    ['that a title of the linked file names', link('a'), "test('all at once [B3]', () => {});"],
    ['that a title names beside other rows', link('a'), "describe('all at once [A1, B3, C4]', () => {});"],
    ['that one title of a longer text names', link('a'), 'test("what\'s more [B3]", f);\nconst id = "B4";'],
    ['that a title in a template literal names', link('a'), 'test(`all\nat once [B3]`, f);'],
    ['that a text cell of a table names', link('a'), "test.each([['in capitals [B3]', 1]])('refuses %s', f);"],
    [
      'that a cell of ids names',
      link('a'),
      "const rows = { login: 'B3' };\ntest.each(rows)('%s answers 404 [%s, C4]', f);",
    ],
    ['that has a reason for having no test', 'not yet: no login', "test('all at once', f); const id = 'B3';"],
  ])('a row %s has no fault', (_, proof, text) => {
    expect(faultsBetween(table(proof), file(text)).filter((fault) => fault.startsWith('B3'))).toEqual([]);
  });

  test.each([
    ['that no title names', "test('all at once', f);"],
    ['that only comments name', "// test('all at once [B3]', f);\n/* 'all [B3]' */"],
    ['that stands at the start of a title', "test('B3: all at once', f);"],
    ['that stands in the middle of a title', "test('all at once [B3] are counted', f);"],
    ['that a title names without brackets', "test('all at once, B3', f);"],
    ['that only a string outside of every table names', "const id = 'B3';\ntest('all at once', f);"],
    ['whose id is the beginning of a named id', "test('all at once [B31]', f);"],
  ])('a row %s is reported as unproven', (_, text) => {
    expect(faultsBetween(table(link('a')), file(text))).toContain(
      'B3 links to test/a.test.ts, but no title there names it',
    );
  });

  test('a row that is named in another file than it links to is reported', () => {
    expect(faultsBetween(table(link('a')), file("test('all at once [B3]', f);", 'b'))).toHaveLength(1);
    expect(faultsBetween(table(`${link('a')}, ${link('b')}`), file("test('x [B3]', f);", 'b'))).toHaveLength(1);
  });

  test('a row that is marked "not yet" but has a test is reported', () => {
    expect(faultsBetween(table('not yet: no login'), file("test('all at once [B3]', f);"))).toEqual([
      'B3 is "not yet: no login", but has a test in test/a.test.ts',
    ]);
  });

  test.each(['', 'soon', 'not yet'])('a row with %j in place of links is reported', (proof) => {
    expect(faultsBetween(table(proof || '-'), [])).toEqual(['B3 has neither a test nor a reason why it has no test']);
  });

  test.each(['B4', 'B3, B4', 'S, B3', 'B3, Z9'])('an unknown row in a title with [%s] is reported', (ids) => {
    expect(faultsBetween(table(link('a')), file(`test('y [B3]', f);\ntest('x [${ids}]', f);`))).toEqual([
      expect.stringMatching(/^test\/a\.test\.ts names the unknown row \w+: /),
    ]);
  });
});
