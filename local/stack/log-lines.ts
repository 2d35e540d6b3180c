import { styleText } from 'node:util';
import { mapStack } from './source-map.ts';
import type { WorkerLog } from './worker.ts';

/** Prints the Worker's log records; until opened only those that warn, since a start speaks for itself. */
export function createLogPrinter(isVerbose: boolean): { print(log: WorkerLog): void; open(): void } {
  let isOpen = isVerbose;
  return {
    print(log) {
      if (!isOpen && log.level !== 'warn' && log.level !== 'error') return;
      console.log(isVerbose ? log.message : formatLog(log));
    },
    open() {
      isOpen = true;
    },
  };
}

/** A log record of the Worker on a line a person reads at a glance; what is no record comes back as it is. */
export function formatLog({ level, message }: WorkerLog): string {
  const record = parse(message);
  if (!record) return tint(level, mapStack(message));

  const { level: _, event, request_id: __, method, path, status, duration_ms: duration, stack, ...rest } = record;
  const request = typeof method === 'string' && typeof path === 'string' && typeof status === 'number';
  const head = request
    ? `${method.padEnd(6)} ${path} ${paint(status)}${typeof duration === 'number' ? ` ${Math.round(duration)} ms` : ''}`
    : String(event ?? '');
  const tail = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const fields = tail.map(
    ([name, value]) => ` ${styleText('dim', `${name}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const trace = typeof stack === 'string' ? `\n${styleText('dim', mapStack(stack))}` : '';
  return `${request ? '' : `${tint(level, level)} `}${head}${fields.join('')}${trace}`;
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
