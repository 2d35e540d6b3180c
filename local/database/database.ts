/** Parameters and rows are Postgres' own text, so that no back end and no thread has to know a type. */
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
  /** Null for commands whose tag has no count. */
  rowCount: number | null;
};

export const isolations = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
};

export type RunOptions = {
  /** The role to run as; one that does not exist, or is the session's own, changes nothing. */
  role?: string | undefined;
};

export type TransactionOptions = RunOptions & {
  isolation?: keyof typeof isolations | undefined;
  readOnly?: boolean;
  deferrable?: boolean;
};

export type Database = {
  readonly kind: 'embedded' | 'postgres';
  /** Runs one statement by itself, or in a transaction of its own where the role asks for one. */
  run(statement: Statement, options?: RunOptions): Promise<Result>;
  /** Runs all of them in one transaction, or none. */
  transact(statements: readonly Statement[], options?: TransactionOptions): Promise<Result[]>;
  close(): Promise<void>;
};

/** What Postgres says of an error, under the names that node-postgres and Neon use. */
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
