import { type AnyColumn, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { defineError } from '../errors.ts';
import type { Guard } from './commit.ts';

const preconditionFailed = defineError(
  'precondition_failed',
  'http.precondition_failed',
  'The resource was changed in the meantime. Read it again.',
);

/** The versions at which a change may be made; `undefined` allows any. */
export type Expected = readonly number[] | undefined;

/** The row, which is locked, is at one of the versions. Another guard says whether it exists. */
export function requireVersion(
  table: PgTable & { id: AnyColumn; version: AnyColumn },
  id: string,
  expected: Expected,
): Guard[] {
  if (!expected) return [];
  const condition = sql`coalesce((
    select ${table.version} = any(${sql.param(expected)}::integer[]) from ${table}
    where ${table.id} = ${id} for no key update), true)`;
  return [{ stage: 'rows', condition, error: preconditionFailed }];
}
