import { describe, expect, test } from 'vitest';
import { leftOutCodes } from '../../src/features/transfer/import.table.ts';
import { read, readAll } from '../architecture/files.ts';
import { errorsDefinedIn } from '../architecture/source.ts';

const isLeftOutCode = (code: string | undefined): boolean => leftOutCodes.some((one) => one === code);
const sources = readAll('src', '**/*.{ts,tsx}');

describe('error codes', () => {
  const defined = sources.flatMap(({ text }) => errorsDefinedIn(text));

  test('each error code is defined once and names its area', () => {
    expect(defined.length).toBe(sources.flatMap(({ text }) => text.match(/= defineError\(/g) ?? []).length);
    const codes = defined.map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(codes.filter((code) => !/^[a-z]+\.[a-z]+(?:_[a-z]+)*$/.test(code))).toEqual([]);
  });

  test('docs/errors.md has the status of each error code', () => {
    const statuses = new Map(
      [...read('src/errors.ts').matchAll(/^ {2}(\w+): (\d{3}),/gm)].map(([, kind, status]) => [kind, status]),
    );
    const rows = new Set(
      [...read('docs/errors.md').matchAll(/^\| `([\w.]+)` \| (\d{3}) \|/gm)].map(([, ...row]) => row.join(' ')),
    );
    const wanted = defined.map(({ kind, code }) => `${code.replace(/^oauth\./, '')} ${statuses.get(kind)}`);
    expect(
      wanted.filter((row) => !rows.has(row)),
      'Add these rows to the table of docs/errors.md',
    ).toEqual([]);
  });

  test('docs/errors.md lists each error code and no other', () => {
    const listed = [...read('docs/errors.md').matchAll(/^\| `([\w.]+)` \|/gm)].map(([, code]) => code);
    const literal = sources.flatMap(({ text }) => [...text.matchAll(/\bcode: '([\w.]+)'/g)].map(([, code]) => code));
    const codes = [...defined.map(({ code }) => code.replace(/^oauth\./, '')), ...literal].filter(
      (code) => code !== 'custom' && !isLeftOutCode(code),
    );
    expect(listed.toSorted()).toEqual([...new Set(codes)].sort());
  });
});
