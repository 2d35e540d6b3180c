/** Parameters and rows are Postgres' text format, so that no back end and no thread needs to know types. */
export type Statement = { readonly query: string; readonly params?: readonly (string | null)[] };

export type Field = {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
  dataTypeSize: number;
  dataTypeModifier: number;
};

export type Result = {
  fields: Field[];
  rows: (string | null)[][];
  command: string;
  /** Null for commands that report no number of rows. */
  rowCount: number | null;
};

export const isolations = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
};

/** The name under which scripts and tests reach the server's own user, whatever that is called. */
export const ownRole = 'postgres';

export type RunOptions = {
  /** The role to run as, with its settings. Without one, and as `ownRole`, statements run as the server's own user. */
  role?: string | undefined;
  /** Aborted when nobody waits for the result any more. Then nothing more is run, and nothing is committed. */
  signal?: AbortSignal | undefined;
};

export type TransactionOptions = RunOptions & {
  isolation?: keyof typeof isolations | undefined;
  readOnly?: boolean;
  deferrable?: boolean;
};

export type Database = {
  readonly kind: 'embedded' | 'postgres';
  /** Runs one statement, in a transaction if it needs another role. */
  run(statement: Statement, options?: RunOptions): Promise<Result>;
  /** Runs all statements in one transaction. */
  transact(statements: readonly Statement[], options?: TransactionOptions): Promise<Result[]>;
  close(): Promise<void>;
};

/** The fields of a Postgres error, with the names that node-postgres and Neon use. */
export type ErrorFields = Partial<Record<(typeof errorFields)[number], string | undefined>>;

export const errorFields = [
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'severity',
  'where',
  'table',
  'column',
  'schema',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

export class PostgresError extends Error {
  readonly fields: ErrorFields;

  constructor(message: string, fields: ErrorFields) {
    super(message);
    this.fields = Object.fromEntries(errorFields.map((name) => [name, fields[name]]));
  }

  get code(): string | undefined {
    return this.fields.code;
  }
}

export class ResultTooLarge extends Error {}

/** Nobody waits for the result any more. */
export class Abandoned extends Error {}
