import { expect, test } from 'vitest';
import { read } from '../architecture/files.ts';
import { rowsOf } from './rows/document.ts';

const [, ...sections] = read('docs/threat-model.md').split('\n## ');
const lines = sections.flatMap((section) =>
  section
    .split('\n')
    .filter((line) => line.startsWith('| ') && /\| proof \|/.test(section))
    .slice(1)
    .map((line) => line.split('|').map((cell) => cell.trim())),
);

test('every line of the threat model leads to a proof', () => {
  const proven = new Set(rowsOf(read('docs/security.md')).flatMap(({ id, why }) => (why === undefined ? [id] : [])));
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
  expect(lines.length).toBeGreaterThan(30);
  for (const cells of lines) {
    const proofs = cells.at(-2)?.split(', ') ?? [];
    for (const proof of proofs) {
      const engine = /^`npm run (\w+)`$/.exec(proof)?.[1];
      expect(engine ? engine in scripts : proven.has(proof), `${cells[1]}: ${proof}`).toBe(true);
    }
  }
});
