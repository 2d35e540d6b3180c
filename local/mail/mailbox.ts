import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Mail } from './mail.ts';

type StoredMail = { key: string | null; mail: Mail };

const maxMails = 500;

/** Stores the last 500 mails, in memory or in a file. The file is written before a mail is acknowledged. */
export function openMailbox(file: string | undefined): {
  /** Returns the id of the mail. If a stored mail has the same idempotency key, returns the id of that mail. */
  add(mail: Mail, key: string | null): string;
  newestFirst(): Mail[];
} {
  let stored = file === undefined ? [] : read(file);

  return {
    add(mail, key) {
      const existing = key === null ? undefined : stored.find((entry) => entry.key === key);
      if (existing) return existing.mail.id;

      stored = [{ key, mail }, ...stored].slice(0, maxMails);
      if (file !== undefined) write(file, stored);
      return mail.id;
    },
    newestFirst: () => stored.map(({ mail }) => mail),
  };
}

function read(file: string): StoredMail[] {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(content) ? content.filter(isStoredMail) : [];
  } catch {
    // The file does not exist at the first start. After a crash it may be unreadable, and must not prevent a start.
    return [];
  }
}

/** Only `write` makes these files, so an entry with a mail is complete. */
const isStoredMail = (entry: unknown): entry is StoredMail =>
  typeof entry === 'object' && entry !== null && 'key' in entry && 'mail' in entry && typeof entry.mail === 'object';

function write(file: string, stored: StoredMail[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(stored, null, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
