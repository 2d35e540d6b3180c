import { styleText } from 'node:util';

/** Formats rows under a head. Each column is as wide as its widest cell. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd();
  return [
    styleText('dim', line(head)),
    styleText('dim', widths.map((width) => '─'.repeat(width)).join('───')),
    ...rows.map(line),
  ]
    .map((text) => `  ${text}`)
    .join('\n');
}
