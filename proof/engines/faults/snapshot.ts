import { sql } from '../../../test/support/db.ts';

/** The number of rows of each table, and a checksum of their contents. */
export type Snapshot = Readonly<Record<string, { rows: number; sum: string }>>;

/** The change of the number of rows, for each table that a call has changed. */
export type Effect = Readonly<Record<string, number>>;

const found = await sql`
  select table_name as name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('kairos_migrations', 'spatial_ref_sys', 'grid_rows')
  order by 1`;
const tables = found.map(({ name }) => String(name));

const counting = tables
  .map(
    (name) =>
      `select '${name}' as name, count(*)::int as rows, coalesce(sum(hashtextextended(x::text, 0)), 0)::text as sum from ${name} x`,
  )
  .join(' union all ');

export async function takeSnapshot(): Promise<Snapshot> {
  const rows = await sql.query(counting);
  return Object.fromEntries(rows.map(({ name, rows: count, sum }) => [name, { rows: count, sum }]));
}

export function effectBetween(before: Snapshot, after: Snapshot): Effect {
  const changed = tables.filter((name) => before[name]?.sum !== after[name]?.sum);
  const effects = changed.map((name): [string, number] => {
    const more = (after[name]?.rows ?? 0) - (before[name]?.rows ?? 0);
    return [name, uneven.includes(name) ? Math.sign(more) : more];
  });
  // An earlier mail may go out meanwhile, which changes its row but not the number of rows.
  return Object.fromEntries(effects.filter(([name, more]) => name !== 'outbox' || more !== 0));
}

/** Their number of rows depends on the journey's id, or on the other riders nearby. */
const uneven = ['presence', 'disclosures', 'viewings'];

/** Attempts are counted even if the call fails. */
const alwaysCounted = ['attempts'];

export const without = (effect: Effect, names: readonly string[] = []): Effect =>
  Object.fromEntries(Object.entries(effect).filter(([name]) => ![...alwaysCounted, ...names].includes(name)));

export const isNothing = (effect: Effect): boolean => Object.keys(effect).length === 0;

export const isSame = (one: Effect, other: Effect): boolean => describe(one) === describe(other);

export const describe = (effect: Effect): string =>
  Object.entries(effect)
    .map(([name, rows]) => `${name} ${rows > 0 ? '+' : ''}${rows}`)
    .sort()
    .join(', ') || 'nothing';

/** Deletes all rows, so that the next snapshots are quick. */
export async function clear(): Promise<void> {
  await sql.query(`truncate ${tables.join(', ')} cascade`);
}
