const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
/** Prints from the Worker into the test report. */
export const print = console.log.bind(console);
let lines: string[] = [];

/** Collects log lines and prints none, because sending each line out of the Worker takes a tenth of a test run. */
export function watchLogs(): void {
  for (const level of levels) {
    console[level] = (...args: unknown[]) => {
      lines.push(args.join(' '));
    };
  }
}

/** Returns the log lines since the last call. */
export function takeLogLines(): string[] {
  const taken = lines;
  lines = [];
  return taken;
}
