import { sql } from '../../../test/support/db.ts';

/** Of each table how many rows it has, and a sum of what is in them. */
export type Picture = Readonly<Record<string, { rows: number; sum: string }>>;

/** Of the tables that a call has changed, how many rows more there are. */
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

export async function takePicture(): Promise<Picture> {
  const rows = await sql.query(counting);
  return Object.fromEntries(rows.map(({ name, rows: count, sum }) => [name, { rows: count, sum }]));
}

export function effectBetween(before: Picture, after: Picture): Effect {
  const changed = tables.filter((name) => before[name]?.sum !== after[name]?.sum);
  const effects = changed.map((name): [string, number] => {
    const more = (after[name]?.rows ?? 0) - (before[name]?.rows ?? 0);
    return [name, uneven.includes(name) ? Math.sign(more) : more];
  });
  // A mail of before may go out meanwhile, and is then written down as sent.
  return Object.fromEntries(effects.filter(([name, more]) => name !== 'outbox' || more !== 0));
}

/** How many rows there are depends on a journey's id, or on who else is near. */
const uneven = ['presence', 'disclosures', 'viewings'];

/** Attempts are counted whether or not anything comes of them, and so they must be. */
const alwaysCounted = ['attempts'];

export const without = (effect: Effect, names: readonly string[] = []): Effect =>
  Object.fromEntries(Object.entries(effect).filter(([name]) => ![...alwaysCounted, ...names].includes(name)));

export const isNothing = (effect: Effect): boolean => Object.keys(effect).length === 0;

export const isSame = (one: Effect, other: Effect): boolean => say(one) === say(other);

export const say = (effect: Effect): string =>
  Object.entries(effect)
    .map(([name, rows]) => `${name} ${rows > 0 ? '+' : ''}${rows}`)
    .sort()
    .join(', ') || 'nothing';

/** Takes all rows away, so that a picture stays quick to take. */
export async function clear(): Promise<void> {
  await sql.query(`truncate ${tables.join(', ')} cascade`);
}
