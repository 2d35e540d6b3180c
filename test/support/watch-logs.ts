const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
/** Out of the Worker, into the report. */
export const print = console.log.bind(console);
let lines: string[] = [];

/** From now on what is logged is kept, and not printed: carrying each line out of the Worker takes a tenth of a run. */
export function watchLogs(): void {
  for (const level of levels) {
    console[level] = (...args: unknown[]) => {
      lines.push(args.join(' '));
    };
  }
}

/** What was logged since the last call of this. */
export function takeLogLines(): string[] {
  const taken = lines;
  lines = [];
  return taken;
}
