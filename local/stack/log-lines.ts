import { styleText } from 'node:util';
import { mapStack } from './source-map.ts';
import type { WorkerLog } from './worker.ts';

/**
 * What is printed. `texts` are warnings and errors that are no log records, since every request fails while the database
 * is being created. `problems` are all warnings and errors.
 */
type Shown = 'texts' | 'problems' | 'all';

/** Prints the Worker's logs: at first only `texts`, and with `isVerbose` always all. */
export function createLogPrinter(isVerbose: boolean): { print(log: WorkerLog): void; show(shown: Shown): void } {
  let now: Shown = isVerbose ? 'all' : 'texts';
  return {
    print(log) {
      const isProblem = log.level === 'warn' || log.level === 'error';
      if (now !== 'all' && (!isProblem || (now === 'texts' && parse(log.message)))) return;
      console.log(isVerbose ? log.message : formatLog(log));
    },
    show(shown) {
      if (!isVerbose) now = shown;
    },
  };
}

/** Formats a log record of the Worker as one short line. Other texts stay unchanged. */
export function formatLog({ level, message }: WorkerLog): string {
  const record = parse(message);
  if (!record) return tint(level, mapStack(message));

  const { level: _, event, request_id: __, method, path, status, ms, stack, ...rest } = record;
  const parts =
    event === 'request' && typeof method === 'string' && typeof status === 'number'
      ? [method.padEnd(6), String(path), paint(status), dim(`${ms} ms`)]
      : [tint(level, level), String(event ?? '')];
  for (const [name, value] of Object.entries(rest)) {
    if (value !== null && value !== '')
      parts.push(`${dim(`${name}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  const line = parts.join(' ');
  return typeof stack === 'string' ? `${line}\n${dim(mapStack(stack))}` : line;
}

function parse(message: string): Record<string, unknown> | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const record: unknown = JSON.parse(message);
    return typeof record === 'object' && record !== null ? { ...record } : undefined;
  } catch {
    return undefined;
  }
}

function paint(status: number): string {
  if (status >= 500) return styleText('red', String(status));
  return styleText(status >= 400 ? 'yellow' : 'green', String(status));
}

function tint(level: string, text: string): string {
  if (level === 'error') return styleText('red', text);
  return level === 'warn' ? styleText('yellow', text) : text;
}

const dim = (text: string): string => styleText('dim', text);
