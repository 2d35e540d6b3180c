import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from '../markdown.ts';

/** As it is; under an idempotency key, or under one that has been used for the same, where a call takes one. */
export const ways = ['plain', 'with a key', 'sent again'] as const;
export type Way = (typeof ways)[number];
export type Trips = Partial<Record<Way, number>>;
export type Row = { name: string; call: string; trips: Trips };

const file = join(import.meta.dirname, '../../docs/trips.md');
const head = ['example', 'call', ...ways];

const intro = `# Trips to the database

How many replies of the database each call waits for, one after the other: a rider waits for the way there and back so
many times, on top of the Worker's own time. Of a read no more than one, of a write no more than two, and one more where
it is a repeat under the same \`Idempotency-Key\`, which finds out that it is one and fetches the answer that was kept.

\`npm run bench -- trips --write\` measures and writes this file; \`test/whole/trips.test.ts\` measures each call again and holds it
to its row.
`;

export function writeTable(rows: readonly Row[]): void {
  writeFileSync(file, `${intro}\n${tableOf(rows)}\n`);
}

export const tableOf = (rows: readonly Row[]): string =>
  markdownTable(
    head,
    rows.map(({ name, call, trips }) => [name, call, ...ways.map((way) => String(trips[way] ?? ''))]),
  );

/** The rows as they are checked in. */
export function readTable(): Row[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => {
      const [, name = '', call = '', ...counts] = line.split('|').map((cell) => cell.trim());
      const trips = ways.flatMap((way, index) => (counts[index] ? [[way, Number(counts[index])]] : []));
      return { name, call, trips: Object.fromEntries(trips) };
    });
}
