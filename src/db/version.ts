import { type AnyColumn, and, eq, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { defineError } from '../errors.ts';
import type { Guard } from './commit.ts';

export const preconditionFailed = defineError(
  'precondition_failed',
  'http.precondition_failed',
  'The resource was changed in the meantime. Read it again.',
);

/** The versions at which a change may be made; `undefined` allows any. */
export type ExpectedVersions = readonly number[] | undefined;

/**
 * The row is at one of the versions; it is locked. Another guard requires that it exists. `within` is what the id is unique
 * within, if it is not unique in the table.
 */
export function requireVersion(
  table: PgTable & { id: AnyColumn; version: AnyColumn },
  id: string,
  expected: ExpectedVersions,
  within?: readonly [column: AnyColumn, id: string],
): Guard[] {
  if (!expected) return [];
  const condition = sql`coalesce((
    select ${table.version} = any(${sql.param(expected)}::integer[]) from ${table}
    where ${and(eq(table.id, id), within && eq(...within))} for no key update), true)`;
  return [{ stage: 'rows', condition, error: preconditionFailed }];
}
