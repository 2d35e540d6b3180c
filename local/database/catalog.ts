import type { Database, Statement } from './database.ts';
import { type Definition, resultTablesOf } from './definitions.ts';

type Entry = {
  /** The name of the function or view. A trigger has the name of its function, since it is in the same file. */
  name: string;
  /** Parameters and result of a function, columns of a view: CREATE OR REPLACE cannot change them. */
  signature: string;
  text: string;
};

/** Functions, views and triggers by the words that DROP takes: `function ensure(boolean,text)`, `trigger a on b`. */
export type Catalog = ReadonlyMap<string, Entry>;

const isOurs = (catalog: string, oid: string): string =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

const entries: Statement = {
  query: `
    select 'function ' || p.oid::regprocedure, p.proname,
      pg_get_function_arguments(p.oid) || ' ' || pg_get_function_result(p.oid), pg_get_functiondef(p.oid)
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and ${isOurs('pg_proc', 'p.oid')}
    union all
    select 'view ' || c.oid::regclass, c.relname,
      (select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
      concat_ws(chr(10), c.reloptions::text, pg_get_viewdef(c.oid))
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and ${isOurs('pg_class', 'c.oid')}
    union all
    select 'trigger ' || quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass, p.proname, '', pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
    order by 1`,
};

/** Reads all functions, views and triggers of `public` that belong to no extension. */
export async function readCatalog(database: Pick<Database, 'run'>): Promise<Catalog> {
  const { rows } = await database.run(entries);
  return new Map(
    rows.map(([key, name, signature, text]) => [
      String(key),
      { name: String(name), signature: String(signature), text: String(text) },
    ]),
  );
}

/** Triggers first and functions last, since Postgres does not drop an object that another one needs. */
export function dropOrder(keys: Iterable<string>): string[] {
  const kinds = ['trigger', 'view', 'function'];
  const rank = (key: string): number => kinds.indexOf(key.split(' ')[0] ?? '');
  return [...keys].toSorted((a, b) => rank(a) - rank(b));
}

/** Drops all of them, and the column defaults that call one. */
export async function dropAll(database: Pick<Database, 'run'>): Promise<void> {
  for (const key of dropOrder((await readCatalog(database)).keys()))
    await database.run({ query: `drop ${key.replace(' ', ' if exists ')} cascade` });
}

/** Installs the definitions in a database without any, and returns its catalog. */
export async function install(database: Pick<Database, 'run'>, definitions: readonly Definition[]): Promise<Catalog> {
  for (const { file, statements } of definitions) {
    for (const query of statements) {
      await database.run({ query }).catch((cause: unknown) => {
        throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
    }
  }
  const catalog = await readCatalog(database);
  const installed = new Set([...catalog.values()].map(({ name }) => name));
  const misnamed = definitions.find(({ name }) => !installed.has(name));
  if (misnamed) throw new Error(`${misnamed.file} does not create ${misnamed.name}.`);
  const homes = new Set(definitions.map(({ name }) => name));
  const homeless = [...catalog].find(([, { name }]) => !homes.has(name));
  if (homeless) throw new Error(`${homeless[0]} must be in a file of the same name.`);
  return catalog;
}

/** Describes each difference between the migrated database and the files, with the lines that only one of them has. */
export function differencesBetween(migrated: Catalog, wanted: Catalog): string[] {
  const keys = [...new Set([...migrated.keys(), ...wanted.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [before, after] = [migrated.get(key)?.text, wanted.get(key)?.text];
    if (before === after) return [];
    if (before === undefined) return [`${key} has a file, but no migration installs it.`];
    if (after === undefined) return [`${key} is installed by the migrations, but has no file.`];
    const linesOnlyIn = (text: string, other: string): string[] =>
      text.split('\n').filter((line) => !other.split('\n').includes(line));
    return [
      [
        `${key} differs between the migrations (-) and its file (+):`,
        ...linesOnlyIn(before, after).map((line) => `  - ${line}`),
        ...linesOnlyIn(after, before).map((line) => `  + ${line}`),
      ].join('\n'),
    ];
  });
}

/**
 * Makes the statements that change the functions, views and triggers of the migrated database into the wanted ones, and
 * that empty the tables with results of changed functions.
 */
export function changesTo(
  wanted: Catalog,
  migrated: Catalog,
  definitions: readonly Definition[],
): { drops: string[]; creates: string[] } {
  const dropped = new Set(
    [...migrated].filter(([key, { signature }]) => wanted.get(key)?.signature !== signature).map(([key]) => key),
  );
  const nameOf = (key: string): string | undefined => migrated.get(key)?.name;
  // Postgres does not drop a function or view that a view uses, so that view is dropped too.
  for (const { name, isView, uses } of definitions) {
    const isBuiltOnDropped = isView && [...dropped].some((key) => uses.includes(nameOf(key) ?? ''));
    if (isBuiltOnDropped && migrated.has(`view ${name}`)) dropped.add(`view ${name}`);
  }
  const changed = new Set(
    [...wanted]
      .filter(([key, { text }]) => dropped.has(key) || migrated.get(key)?.text !== text)
      .map(([, { name }]) => name),
  );
  const placeOf = (key: string): number => definitions.findIndex(({ name }) => name === nameOf(key));
  const usersFirst = [...dropped].toSorted((a, b) => placeOf(b) - placeOf(a));
  return {
    drops: dropOrder(usersFirst).map((key) => `DROP ${key.replace(/^\w+/, (kind) => kind.toUpperCase())};`),
    creates: [
      ...definitions.filter(({ name }) => changed.has(name)).flatMap(({ statements }) => statements),
      ...resultTablesOf(changed, definitions).map((table) => `DELETE FROM ${table};`),
    ],
  };
}
