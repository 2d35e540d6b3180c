import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../stack/refusal.ts';

export type DataFolder = {
  /** Postgres' own files. */
  data: string;
  /** The folder is empty or was never completed. */
  isNew: boolean;
  /** Records that the data is complete, and the version that made it. */
  complete(): void;
  release(): void;
};

/** The locks of this process. In containers different processes may have the same id, so the id alone is not enough. */
const held = new Set<string>();

/** Locks a folder for this process: two instances of Postgres would destroy the files. */
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
    throw new Refusal(
      `${folder} was made by ${maker}, but this is ${version}. Run npm run reset to start with a new database.`,
    );
  }
  if (maker === undefined) rmSync(data, { recursive: true, force: true });
  return { data, isNew: maker === undefined, complete: () => writeFileSync(madeBy, `${version}\n`), release };
}

function takeLock(lock: string, folder: string): void {
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : undefined;
  if (holder !== undefined && (holder === process.pid ? held.has(lock) : isAlive(holder))) {
    throw new Refusal(
      `${folder} is in use by process ${holder}. Stop that process first. If it is not Kairos, delete ${lock}.`,
    );
  }
  if (holder !== undefined) rmSync(lock, { force: true });
  try {
    // Fails if another process has created the lock in the meantime.
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    held.add(lock);
  } catch (cause) {
    throw new Refusal(`${folder} is in use by another process that is just starting.`, { cause });
  }
}

function isAlive(pid: number): boolean {
  try {
    // The id 0 would mean the group of this process.
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
