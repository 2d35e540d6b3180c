import { expect, test } from 'vitest';
import { reasons } from '../../src/features/transfer/formats/receipt.ts';
import { leftOutCodes } from '../../src/features/transfer/import.table.ts';
import { read } from '../architecture/files.ts';

test('docs/files.md lists each code of a receipt with its reason, and no other', () => {
  const rows = [...read('docs/files.md').matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, code, why]) => [code, why]);
  expect(rows).toEqual(leftOutCodes.map((code) => [code, reasons[code]]));
});
