import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Mail } from './mail.ts';

type Kept = { key: string | null; mail: Mail };

const limit = 500;

/** The last 500 mails, written to the file before a mail is acknowledged; in memory without a file. */
export function openMailbox(file: string | undefined): {
  /** Answers the mail's id, or that of the mail already kept under the same idempotency key. */
  add(mail: Mail, key: string | null): string;
  newestFirst(): Mail[];
} {
  let kept = file === undefined ? [] : read(file);

  return {
    add(mail, key) {
      const known = key === null ? undefined : kept.find((entry) => entry.key === key);
      if (known) return known.mail.id;

      kept = [{ key, mail }, ...kept].slice(0, limit);
      if (file !== undefined) write(file, kept);
      return mail.id;
    },
    newestFirst: () => kept.map(({ mail }) => mail),
  };
}

function read(file: string): Kept[] {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(content) ? content.filter(isKept) : [];
  } catch {
    // Absent on the first start; after a crash an unreadable one is worth less than a stack that starts.
    return [];
  }
}

/** Only `write` below makes these files, so a mail with an id is a whole one. */
const isKept = (entry: unknown): entry is Kept =>
  typeof entry === 'object' && entry !== null && 'key' in entry && 'mail' in entry && typeof entry.mail === 'object';

function write(file: string, kept: Kept[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(kept, null, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
