import { NeonDbError } from '@neondatabase/serverless';
import { sql } from 'drizzle-orm';
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch';
import type { AppError } from '../errors.ts';
import type { Db } from './client.ts';
import type { ActorGuards, Guard as NewGuard } from './commit.ts';

export type Guard = Omit<NewGuard, 'stage'>;
export type Statement = BatchItem<'pg'>;

/** SQLSTATE raised by the SQL function `ensure`. */
const guardFailed = 'KA001';
const uniqueViolation = '23505';
const foreignKeyViolation = '23503';

/** The Postgres error inside whatever the driver or drizzle wrapped around it. */
export function postgresError(error: unknown): NeonDbError | undefined {
  if (error instanceof NeonDbError) return error;
  return error instanceof Error && error.cause ? postgresError(error.cause) : undefined;
}

/** An answer to be kept for a repeat of the request. In a box: awaiting a statement would send it. */
export type Kept = { statement: Statement };

type Work<S extends readonly Statement[]> = {
  /** Goes before all else: a repeat that comes meanwhile waits there. */
  kept?: Kept | undefined;
  guards?: readonly Guard[];
  statements: S;
  /** What must hold of what the statements have left. */
  outcome?: readonly Guard[];
  /** The error for a unique constraint. */
  conflicts?: Readonly<Record<string, () => AppError>>;
};

/**
 * Sends guards and statements as one transaction in one round trip. Guards run first, in order, and may lock what
 * they check; one that does not hold rolls everything back and is thrown as its error. Answers the statements'
 * results in their order.
 */
export async function commit<const S extends readonly Statement[]>(
  ctx: { db: Db; actorGuards: ActorGuards },
  work: Work<S>,
): Promise<BatchResponse<S>> {
  const { live, role } = ctx.actorGuards;
  const guardsBefore: Guard[] = [...(live ? [live] : []), ...(role ? [role] : []), ...(work.guards ?? [])];
  const guards = [...guardsBefore, ...(work.outcome ?? [])];
  const checks = guards.map(({ condition }, index) =>
    ctx.db.execute(sql`select ensure((${condition}), ${String(index)})`),
  );
  const before = [...(work.kept ? [work.kept.statement] : []), ...checks.slice(0, guardsBefore.length)];
  try {
    const after = checks.slice(guardsBefore.length);
    const results = await ctx.db.batch(nonEmpty([...before, ...work.statements, ...after]));
    return resultsOf(work.statements, results.slice(before.length, before.length + work.statements.length));
  } catch (error) {
    const cause = postgresError(error);
    const failed = cause?.code === guardFailed ? guards[Number(cause.message)] : undefined;
    if (failed) throw failed.error();
    // What a rider's rows hang on has gone since the guard looked: the rider, deleted in this moment.
    if (cause?.code === foreignKeyViolation && live) throw live.error();
    const conflict = cause?.code === uniqueViolation ? work.conflicts?.[cause.constraint ?? ''] : undefined;
    throw conflict ? conflict() : error;
  }
}

function nonEmpty(items: Statement[]): [Statement, ...Statement[]] {
  const [first, ...rest] = items;
  if (!first) throw new Error('a commit needs a statement');
  return [first, ...rest];
}

/** `batch` answers one result per statement, in order; its type is lost where guards are put in front. */
const resultsOf = <S extends readonly Statement[]>(_statements: S, results: unknown[]): BatchResponse<S> =>
  results as BatchResponse<S>;
