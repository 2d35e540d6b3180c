import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Refusal } from '../stack/refusal.ts';

export type Migration = {
  tag: string;
  /** SHA-256 of the text. Migrations with the same hash are the same. */
  hash: string;
  statements: string[];
  isTransaction: boolean;
};

export const migrationsFolder = resolve(import.meta.dirname, '../../migrations');

/** Reads the migrations of drizzle-kit from a folder, in the order of its journal. */
export function readMigrations(folder: string): Migration[] {
  const journal = join(folder, 'meta/_journal.json');
  if (!existsSync(journal)) return [];
  const { entries }: { entries: { idx: number; tag: string }[] } = JSON.parse(readFileSync(journal, 'utf8'));

  const migrations = entries
    .toSorted((a, b) => a.idx - b.idx)
    .map(({ tag }) => parseMigration(tag, readFileSync(join(folder, `${tag}.sql`), 'utf8')));
  for (const [i, { tag, hash }] of migrations.entries()) {
    const twin = migrations.slice(0, i).find((earlier) => earlier.hash === hash);
    if (twin) throw new MigrationRefused(`${tag} has the same text as ${twin.tag}, so it would never be applied.`);
  }
  return migrations;
}

export const statementsOf = (text: string): string[] =>
  text
    .split('--> statement-breakpoint')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/** A fault in the migrations that only their author can correct. */
export class MigrationRefused extends Refusal {}

function parseMigration(tag: string, file: string): Migration {
  // Git may check out a file with other line endings.
  const text = file.replaceAll('\r\n', '\n');
  const statements = statementsOf(text);
  const isTransaction = !text.startsWith('-- kairos: no transaction\n');
  if (!isTransaction) requireRepeatable(tag, statements);
  return { tag, hash: createHash('sha256').update(text).digest('hex'), statements, isTransaction };
}

/**
 * Without a transaction a failed run starts again with the first statement, so every statement must work when it is run
 * twice.
 */
function requireRepeatable(tag: string, statements: string[]): void {
  const fragile = statements.find(
    (statement) => /^\s*(create|drop|alter\s+type)\b/im.test(statement) && !/\bif\s+(not\s+)?exists\b/i.test(statement),
  );
  if (fragile) throw new MigrationRefused(`${tag} runs outside of a transaction. Add IF [NOT] EXISTS to:\n${fragile}`);
}
