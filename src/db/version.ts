import { type AnyColumn, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { defineError } from '../errors.ts';
import type { Guard } from './commit.ts';

const preconditionFailed = defineError(
  'precondition_failed',
  'http.precondition_failed',
  'It was changed meanwhile. Read it again.',
);

/** The versions at which a change may be made; `undefined` where any will do. */
export type Expected = readonly number[] | undefined;

/** Holds where the row, locked, is at one of the versions. Whether it is there at all is for another guard to say. */
export function atVersion(
  table: PgTable & { id: AnyColumn; version: AnyColumn },
  id: string,
  expected: Expected,
): Guard[] {
  if (!expected) return [];
  const condition = sql`coalesce((
    select ${table.version} = any(${sql.param(expected)}::integer[]) from ${table}
    where ${table.id} = ${id} for no key update), true)`;
  return [{ condition, error: preconditionFailed }];
}
