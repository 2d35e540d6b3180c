import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Refusal } from '../stack/refusal.ts';

export type Migration = {
  tag: string;
  /** SHA-256 of the text: what makes two migrations the same. */
  hash: string;
  statements: string[];
  isTransaction: boolean;
};

export const migrationsFolder = resolve(import.meta.dirname, '../../migrations');

/** The migrations that drizzle-kit keeps in a folder, in its journal's order. */
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

/** Something about the migrations that only their author can put right. */
export class MigrationRefused extends Refusal {}

function parseMigration(tag: string, file: string): Migration {
  // Git may check a file out with other line ends.
  const text = file.replaceAll('\r\n', '\n');
  const statements = statementsOf(text);
  const isTransaction = !text.startsWith('-- kairos: no transaction\n');
  if (!isTransaction) requireRepeatable(tag, statements);
  return { tag, hash: createHash('sha256').update(text).digest('hex'), statements, isTransaction };
}

/**
 * Outside of a transaction nothing can record a statement together with its effect, so a broken run starts again from
 * the first one; every statement must therefore bear being run twice.
 */
function requireRepeatable(tag: string, statements: string[]): void {
  const fragile = statements.find(
    (statement) => /^\s*(create|drop|alter\s+type)\b/im.test(statement) && !/\bif\s+(not\s+)?exists\b/i.test(statement),
  );
  if (fragile) throw new MigrationRefused(`${tag} runs outside of a transaction; say IF [NOT] EXISTS in:\n${fragile}`);
}
