const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
let lines: string[] = [];
let isWatching = false;

/** From now on what is logged is printed as before, and kept too. */
export function watchLogs(): void {
  if (isWatching) return;
  isWatching = true;
  for (const level of levels) {
    const print = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      lines.push(args.join(' '));
      print(...args);
    };
  }
}

/** What was logged since the last call of this. */
export function takeLogLines(): string[] {
  const taken = lines;
  lines = [];
  return taken;
}
