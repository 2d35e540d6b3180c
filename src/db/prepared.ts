import { is, Param, Placeholder, type Query, QueryPromise, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';
import { PgDialect, type PgPreparedQuery, type PreparedQueryConfig } from 'drizzle-orm/pg-core';
import type { PgRaw } from 'drizzle-orm/pg-core/query-builders/raw';
import type { RunnableQuery } from 'drizzle-orm/runnable-query';
import type { Db } from './client.ts';

/** Builds SQL and sends nothing. */
export type Builder = Pick<Db, 'select' | 'insert' | 'update' | 'delete' | 'execute' | 'with' | '$with'>;
const builder: Builder = drizzle.mock();
const dialect = new PgDialect();

type Values = Readonly<Record<string, unknown>>;

/** A placeholder for each value. A value that may be `undefined` has no placeholder in the calls without it. */
export type Given<V> = {
  readonly [K in keyof V]-?: undefined extends V[K] ? Placeholder | undefined : Placeholder;
};

/** What drizzle builds: a statement from a query builder, or one from `execute`. */
type Built<R> = RunnableQuery<R, 'pg'> &
  ({ prepare: (name: string) => PgPreparedQuery<PreparedQueryConfig> } | PgRaw<R>);

type Fill = (values: Values) => unknown;

/** How one parameter is made from the values of a call. */
function fillOf(param: unknown): Fill {
  if (is(param, Placeholder)) return (values) => values[param.name];
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { name } = param.value;
    return (values) => (values[name] === null ? null : param.encoder.mapToDriverValue(values[name]));
  }
  return () => param;
}

/** The name of the values that are not `undefined`, since each such set may have SQL of its own. */
function shapeOf(values: Values): string {
  let shape = '';
  for (const name in values) if (values[name] !== undefined) shape += `${name} `;
  return shape;
}

/** Builds once for each set of values, and keeps the result for as long as the isolate lives. */
function buildOnce<V extends Values, T>(build: (given: Given<V>) => T): (values: V) => T {
  const built = new Map<string, T>();
  return (values) => {
    const shape = shapeOf(values);
    const known = built.get(shape);
    if (known !== undefined) return known;
    const placeholders = Object.entries(values).map(([name, value]) => [
      name,
      value === undefined ? undefined : sql.placeholder(name),
    ]);
    // The names are those of the values, as in `Given`.
    const made = build(Object.fromEntries(placeholders) as Given<V>);
    built.set(shape, made);
    return made;
  };
}

type Template = { sql: string; isArrayMode: boolean; mapResult: (result: unknown) => unknown };

/** A statement of one call. `await` sends it alone, and a commit or `readTogether` sends it with others. */
class PreparedStatement<R> extends QueryPromise<R> implements RunnableQuery<R, 'pg'> {
  /** It exists for the compiler alone, as in drizzle. */
  declare readonly _: { readonly dialect: 'pg'; readonly result: R };
  readonly #db: Db;
  readonly #template: Template;
  readonly #params: unknown[];

  constructor(db: Db, template: Template, params: unknown[]) {
    super();
    this.#db = db;
    this.#template = template;
    this.#params = params;
  }

  override async execute(): Promise<R> {
    const { sql: text, isArrayMode } = this.#template;
    return this.mapResult(
      await this.#db.$client.query(text, this.#params, { arrayMode: isArrayMode, fullResults: true }),
    );
  }

  /** `R` is the result of what drizzle built, and its own function maps the rows. */
  mapResult(result: unknown): R {
    return this.#template.mapResult(result) as R;
  }

  // drizzle's `batch` calls the following three.
  _prepare(): this {
    return this;
  }
  getQuery(): Query {
    return { sql: this.#template.sql, params: this.#params };
  }
  isResponseInArrayMode(): boolean {
    return this.#template.isArrayMode;
  }
}

function templateOf(built: Built<unknown>): Template & { fills: Fill[] } {
  const isArrayMode = 'prepare' in built;
  const prepared = isArrayMode ? built.prepare('') : built;
  const { sql: text, params } = prepared.getQuery();
  return {
    sql: text,
    isArrayMode,
    mapResult: (result) => prepared.mapResult(result, true),
    fills: params.map(fillOf),
  };
}

/**
 * The one way to write a statement that many calls need: drizzle makes its SQL once in an isolate, and each call only
 * fills in its values. All that differs between calls must be a value.
 */
export function prepare<V extends Values, R>(
  build: (db: Builder, given: Given<V>) => Built<R>,
): (db: Db, values: V) => PreparedStatement<R> {
  const templateFor = buildOnce((given: Given<V>) => templateOf(build(builder, given)));
  return (db, values) => {
    const template = templateFor(values);
    return new PreparedStatement(
      db,
      template,
      template.fills.map((fill) => fill(values)),
    );
  };
}

/** SQL that answers true or false, with its parameters. */
export type PreparedCondition = Query;

export const queryOf = (condition: SQL | PreparedCondition): Query =>
  'params' in condition ? condition : dialect.sqlToQuery(condition);

const unmapped = { isArrayMode: false, mapResult: (result: unknown) => result };

/** A statement whose SQL is known. */
export const statementOf = (db: Db, { sql: text, params }: Query): PreparedStatement<unknown> =>
  new PreparedStatement(db, { sql: text, ...unmapped }, params);

/** As `prepare`, for the condition of a guard. */
export function prepareCondition<V extends Values>(build: (given: Given<V>) => SQL): (values: V) => PreparedCondition {
  const builtFor = buildOnce((given: Given<V>) => {
    const { sql: text, params } = dialect.sqlToQuery(build(given));
    return { text, fills: params.map(fillOf) };
  });
  return (values) => {
    const { text, fills } = builtFor(values);
    return { sql: text, params: fills.map((fill) => fill(values)) };
  };
}
