import type { Statement } from './database.ts';
import { type Migration, MigrationRefused } from './migrations.ts';

/** Sends statements to a database: over HTTP, or directly to one that is open in this process. */
export type Session = {
  run(statement: Statement): Promise<{ rows: unknown[][] }>;
  transact(statements: readonly Statement[]): Promise<unknown>;
};

export type MigrationOptions = {
  /** How long a migration waits for a lock. Other queries queue behind it, so it must give up soon. */
  lockTimeoutMs?: number;
  onApplied?: (tag: string) => void;
};

const oneAtATime = { query: 'select pg_advisory_xact_lock(7271830542)' };

/** Applies the missing migrations, identified by their hashes, and returns the tags of the applied ones. */
export async function applyMigrations(
  session: Session,
  migrations: readonly Migration[],
  { lockTimeoutMs = 2_000, onApplied = () => {} }: MigrationOptions = {},
): Promise<string[]> {
  await session.transact([
    oneAtATime,
    {
      query: `create table if not exists kairos_migrations (
        hash text primary key,
        tag text not null,
        applied_at timestamptz not null default now()
      )`,
    },
  ]);
  const known = await readApplied(session);
  refuseChanged(migrations, known);
  refuseUnknown(migrations, known);

  const applied: string[] = [];
  for (const migration of migrations.filter(({ hash }) => !known.has(hash))) {
    const isApplied = migration.isTransaction
      ? await applyAsOne(session, migration, lockTimeoutMs)
      : await applyStepByStep(session, migration);
    if (!isApplied) continue;
    applied.push(migration.tag);
    onApplied(migration.tag);
  }
  return applied;
}

const record = ({ hash, tag }: Migration): Statement => ({
  query: 'insert into kairos_migrations (hash, tag) values ($1, $2)',
  params: [hash, tag],
});

/** Returns false if another migrator was faster: the unique hash then rolls back this transaction. */
async function applyAsOne(session: Session, migration: Migration, lockTimeoutMs: number): Promise<boolean> {
  try {
    await session.transact([
      // Before the timeout is set, since waiting for another migrator blocks no queries.
      oneAtATime,
      { query: `set local lock_timeout = ${lockTimeoutMs}` },
      record(migration),
      ...migration.statements.map((query) => ({ query })),
    ]);
    return true;
  } catch (cause) {
    if ((await readApplied(session)).has(migration.hash)) return false;
    throw new Error(`${migration.tag} failed, and nothing of it was applied: ${messageOf(cause)}`, { cause });
  }
}

async function applyStepByStep(session: Session, migration: Migration): Promise<boolean> {
  await dropBrokenIndexes(session, migration);
  for (const [i, query] of migration.statements.entries()) {
    try {
      await session.run({ query });
    } catch (cause) {
      const place = `statement ${i + 1} of ${migration.statements.length}`;
      throw new Error(
        `${migration.tag} failed at ${place}. Run it again; it starts with the first statement: ${messageOf(cause)}`,
        { cause },
      );
    }
  }
  const { query, params = [] } = record(migration);
  const { rows } = await session.run({ query: `${query} on conflict do nothing returning tag`, params });
  return rows.length > 0;
}

/** A failed concurrent build leaves an invalid index, and IF NOT EXISTS would accept it as finished. */
async function dropBrokenIndexes(session: Session, { statements }: Migration): Promise<void> {
  const named = /create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+("[^"]+"|\w+)/gi;
  const names = [...statements.join('\n').matchAll(named)].map(([, name = '']) =>
    name.startsWith('"') ? name : `"${name.toLowerCase()}"`,
  );
  const { rows } = await session.run({
    query: `
      select c.oid::regclass::text, (b.index_relid is not null)::text
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      left join pg_stat_progress_create_index b on b.index_relid = c.oid
      where not i.indisvalid and c.relname = any($1::text[])`,
    params: [`{${names.join()}}`],
  });
  for (const [index, isBeingBuilt] of rows) {
    if (isBeingBuilt === 'true')
      throw new MigrationRefused(`${index} is still being built. Run this again afterwards.`);
    await session.run({ query: `drop index concurrently if exists ${index}` });
  }
}

/** The tags of the applied migrations, by hash. */
async function readApplied(session: Session): Promise<Map<string, string>> {
  const { rows } = await session.run({ query: 'select hash, tag from kairos_migrations' });
  return new Map(rows.map(([hash, tag]) => [String(hash), String(tag)]));
}

function refuseChanged(migrations: readonly Migration[], known: ReadonlyMap<string, string>): void {
  const tags = new Set(known.values());
  const changed = migrations.filter(({ hash, tag }) => tags.has(tag) && !known.has(hash)).map(({ tag }) => tag);
  if (changed.length > 0) {
    const files = changed.join(', ');
    throw new MigrationRefused(`Changed since it was applied: ${files}. Put it back and write a new migration.`);
  }
}

/** A database with migrations from elsewhere has a schema that this checkout does not know. */
function refuseUnknown(migrations: readonly Migration[], known: ReadonlyMap<string, string>): void {
  const hashes = new Set(migrations.map(({ hash }) => hash));
  const unknown = [...known].filter(([hash]) => !hashes.has(hash)).map(([, tag]) => tag);
  const [first, ...others] = unknown.toSorted();
  if (first === undefined) return;
  const which = others.length === 0 ? first : `${first} and ${others.length} more`;
  throw new MigrationRefused(
    `The database has migrations that are not in this checkout: ${which}. Check out the version that has them.`,
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
