const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
type Line = { text: string; print: () => void };
let lines: Line[] = [];
let ofTest = 0;
let isWatching = false;

/**
 * From now on what is logged is kept. It is printed for tests that fail only: handing each line on to vitest costs more
 * than many a test does.
 */
export function watchLogs(): void {
  if (isWatching) return;
  isWatching = true;
  for (const level of levels) {
    const print = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      lines.push({ text: args.join(' '), print: () => print(...args) });
    };
  }
}

export function beginTestLog(): void {
  ofTest = lines.length;
}

/** Prints what was logged since the test began. */
export function printTestLog(): void {
  for (const { print } of lines.slice(ofTest)) print();
}

/** What was logged since the last call of this. */
export function takeLogLines(): string[] {
  const taken = lines.map(({ text }) => text);
  [lines, ofTest] = [[], 0];
  return taken;
}
