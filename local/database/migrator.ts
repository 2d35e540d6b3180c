import type { Statement } from './database.ts';
import { type Migration, MigrationRefused } from './migrations.ts';

/** How statements reach a database: over HTTP, or straight into one that is open in this process. */
export type Session = {
  run(statement: Statement): Promise<{ rows: unknown[][] }>;
  transact(statements: readonly Statement[]): Promise<unknown>;
};

export type MigrationOptions = {
  /** How long a migration waits for a lock before it gives up, instead of holding up everybody who queues behind it. */
  lockTimeoutMs?: number;
  onApplied?: (tag: string) => void;
};

const oneAtATime = { query: 'select pg_advisory_xact_lock(7271830542)' };

/** Applies what is missing, each migration known by its hash, and answers the tags of those it applied. */
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
    const isMine = migration.isTransaction
      ? await applyAsOne(session, migration, lockTimeoutMs)
      : await applyStepByStep(session, migration);
    if (!isMine) continue;
    applied.push(migration.tag);
    onApplied(migration.tag);
  }
  return applied;
}

const record = ({ hash, tag }: Migration): Statement => ({
  query: 'insert into kairos_migrations (hash, tag) values ($1, $2)',
  params: [hash, tag],
});

/** False when another migrator was faster: the row of its hash is then in the way of ours, and takes all back. */
async function applyAsOne(session: Session, migration: Migration, lockTimeoutMs: number): Promise<boolean> {
  try {
    await session.transact([
      // Before the timeout: waiting for another migrator holds up nobody.
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
      throw new Error(`${migration.tag} failed at ${place}; run it again to go on: ${messageOf(cause)}`, { cause });
    }
  }
  const { query, params = [] } = record(migration);
  const { rows } = await session.run({ query: `${query} on conflict do nothing returning tag`, params });
  return rows.length > 0;
}

/** A concurrent build that failed leaves an invalid index behind, which IF NOT EXISTS would take for a finished one. */
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
      throw new MigrationRefused(`${index} is still being built; run this again afterwards.`);
    await session.run({ query: `drop index concurrently if exists ${index}` });
  }
}

/** The tags of what was applied, by hash. */
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

/** A database that is ahead of the folder, or comes from other migrations, has a schema that nobody knows here. */
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
