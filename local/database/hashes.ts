import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Migration, readMigrations } from './migrations.ts';

const fileIn = (folder: string): string => join(folder, 'hashes.json');

/** The hash of each migration by its tag, as recorded by `npm run db:generate`. */
export type Hashes = Readonly<Record<string, string>>;

export const readHashes = (folder: string): Hashes =>
  existsSync(fileIn(folder)) ? JSON.parse(readFileSync(fileIn(folder), 'utf8')) : {};

/** Compares the migrations of a folder with their recorded hashes. Returns a sentence for each fault. */
export function hashFaults(migrations: readonly Pick<Migration, 'tag' | 'hash'>[], hashes: Hashes): string[] {
  const tags = migrations.map(({ tag }) => tag);
  return [
    ...migrations.flatMap(({ tag, hash }) => {
      const recorded = hashes[tag];
      if (recorded === undefined) return [`${tag} has no recorded hash: run npm run db:generate.`];
      return recorded === hash ? [] : [edited(tag)];
    }),
    ...Object.keys(hashes)
      .filter((tag) => !tags.includes(tag))
      .map((tag) => `${tag} is recorded, but its migration is gone: put it back.`),
  ];
}

const edited = (tag: string): string =>
  `${tag} was edited after its hash was recorded: put it back and write a new migration. ` +
  'If it was never applied anywhere but on your machine, remove its line from migrations/hashes.json and run npm run db:generate.';

/** Records the migrations that have no hash yet. */
export function recordHashes(folder: string): void {
  const recorded = readHashes(folder);
  const hashes = Object.fromEntries(readMigrations(folder).map(({ tag, hash }) => [tag, hash]));
  writeFileSync(fileIn(folder), `${JSON.stringify({ ...hashes, ...recorded }, null, 2)}\n`);
}
