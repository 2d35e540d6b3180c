import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../stack/refusal.ts';

export type DataFolder = {
  /** Postgres' own files. */
  data: string;
  /** Nothing of worth is in it: it is new, or was never finished. */
  isNew: boolean;
  /** Notes that the data is complete, and by which version it was made. */
  complete(): void;
  release(): void;
};

/** This process' own locks: in a container every process has the same id, so the id alone does not tell. */
const held = new Set<string>();

/** Takes a folder for this process alone: two Postgres on one set of files would destroy it. */
export function claimFolder(folder: string, version: string): DataFolder {
  const data = join(folder, 'data');
  const lock = join(folder, 'lock');
  const madeBy = join(folder, 'made-by');
  mkdirSync(folder, { recursive: true });
  takeLock(lock, folder);

  const release = (): void => {
    held.delete(lock);
    rmSync(lock, { force: true });
  };
  const maker = existsSync(madeBy) ? readFileSync(madeBy, 'utf8').trim() : undefined;
  if (maker !== undefined && maker !== version) {
    release();
    throw new Refusal(`${folder} was made by ${maker}, and this is ${version}. Run npm run reset for a new one.`);
  }
  if (maker === undefined) rmSync(data, { recursive: true, force: true });
  return { data, isNew: maker === undefined, complete: () => writeFileSync(madeBy, `${version}\n`), release };
}

function takeLock(lock: string, folder: string): void {
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : undefined;
  if (holder !== undefined && (holder === process.pid ? held.has(lock) : isAlive(holder))) {
    throw new Refusal(
      `${folder} is in use by process ${holder}. End that one first; if it has nothing to do with Kairos, delete ${lock}.`,
    );
  }
  if (holder !== undefined) rmSync(lock, { force: true });
  try {
    // Fails if another process has been faster since.
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    held.add(lock);
  } catch (cause) {
    throw new Refusal(`${folder} is in use by another process that starts just now.`, { cause });
  }
}

function isAlive(pid: number): boolean {
  try {
    // An id of 0 would mean this process' own group.
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
