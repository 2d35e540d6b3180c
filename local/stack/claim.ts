import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hasServer } from './ports.ts';

export type Running = { pid: number; port: number; console_port: number; started_at: string };

/** The maximum time from the start of a stack until its console answers. */
const startingMs = 60_000;

/** Returns the stack that runs from this folder. It ignores the file of a killed stack. */
export async function findRunning(file: string, now: Date): Promise<Running | undefined> {
  const running = read(file);
  if (!running || running.pid === process.pid || !isAlive(running.pid)) return undefined;
  const isStarting = now.getTime() - Date.parse(running.started_at) < startingMs;
  return isStarting || (await hasServer(running.console_port)) ? running : undefined;
}

/** Records in a file that this process uses the folder. The returned function deletes the file. */
export function claim(file: string, folder: string, running: Running): () => void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(running));
  return () => {
    if (read(file)?.pid === running.pid) rmSync(file, { force: true });
  };
}

function read(file: string): Running | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRunning(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

const isRunning = (value: unknown): value is Running =>
  typeof value === 'object' && value !== null && 'pid' in value && 'port' in value && 'console_port' in value;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
