import { NeonDbError } from '@neondatabase/serverless';
import { type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { AppError } from '../errors.ts';
import type { Db } from './client.ts';
import { type Parts, type Results, resultsOf, statementsOf } from './parts.ts';

/**
 * The order in which guards run, and so the one order of locks: who calls, then riders, then journeys, then any other
 * row, then conditions on what is locked by then. See `docs/architecture.md`.
 */
const stages = ['caller', 'riders', 'journeys', 'rows', 'state'] as const;

/** SQL that answers true or false, for a guard or for a write that happens only where it holds. */
export type Condition = SQL;

/** A condition that must hold inside the transaction, and the error where it does not. */
export type Guard = { stage: (typeof stages)[number]; condition: Condition; error: () => AppError };

/** The guards of the credential that a call came with. */
export type ActorGuards = {
  /** The session or the key is in force. */
  live?: Guard;
  /** The rider's role allows the call. */
  role?: Guard;
};

export type Statement = BatchItem<'pg'>;

/** A statement that is handed from function to function. In a box: awaiting a bare statement would send it. */
export type Unsent = { statement: Statement };

declare const changesPresence: unique symbol;

/**
 * A statement that changes what presence is made from: it compiles only in a commit that says what becomes of presence.
 */
export type ChangesPresence<S extends Statement = Statement> = S & { readonly [changesPresence]: true };

/** Marks a statement as one that changes what presence is made from; the mark exists for the compiler alone. */
export const marksPresence = <S extends Statement>(statement: S): ChangesPresence<S> => statement as ChangesPresence<S>;

type NeedsPresence<W extends Parts> = true extends {
  [K in keyof W]: Extract<W[K] extends readonly (infer S)[] ? S : W[K], ChangesPresence> extends never ? false : true;
}[keyof W]
  ? true
  : false;

/** `presence` is required, if only as `undefined`, where a write changes what presence is made from. */
type Presence<W extends Parts> =
  NeedsPresence<W> extends true ? { presence: readonly Statement[] | undefined } : { presence?: readonly Statement[] };

type Work<W extends Parts> = {
  /** Records that the request is carried out. It runs first: a repeat at the same moment waits there. */
  kept?: Unsent | undefined;
  guards?: readonly Guard[];
  writes: W;
  /** Conditions on what the writes have left. */
  outcome?: readonly Guard[];
  /** Errors by the name of the unique constraint that was violated. */
  conflicts?: Readonly<Record<string, () => AppError>>;
} & Presence<W>;

type CommitCtx = { db: Db; actorGuards: ActorGuards };

/**
 * Sends guards and writes as one transaction in one round trip. Guards run first, ordered by stage, and may lock what
 * they check. A guard that does not hold rolls everything back and is thrown as its error. The presence part runs after
 * all writes. Answers the results of the writes by their names.
 */
export async function commit<const W extends Parts>(ctx: CommitCtx, work: Work<W>): Promise<Results<W>> {
  const before = inOrder(ctx, work.guards);
  const after = work.outcome ?? [];
  const guards = [...before, ...after];
  const checks = guards.map((guard, index) => checkOf(ctx.db, guard, index));
  const front = [...(work.kept ? [work.kept.statement] : []), ...checks.slice(0, before.length)];
  const writes = statementsOf(work.writes);
  const rest = [...(work.presence ?? []), ...checks.slice(before.length)];
  const results = await send(ctx, guards, [...front, ...writes, ...rest], work.conflicts);
  return resultsOf(work.writes, results.slice(front.length, front.length + writes.length));
}

/** Sends reads as one transaction in one round trip, behind guards, and answers their results by name. */
export async function query<const R extends Parts>(
  ctx: CommitCtx,
  { guards: wanted, reads }: { guards: readonly Guard[]; reads: R },
): Promise<Results<R>> {
  const guards = inOrder(ctx, wanted);
  const checks = guards.map((guard, index) => checkOf(ctx.db, guard, index));
  const results = await send(ctx, guards, [...checks, ...statementsOf(reads)]);
  return resultsOf(reads, results.slice(checks.length));
}

function inOrder({ actorGuards }: CommitCtx, guards: readonly Guard[] = []): Guard[] {
  const { live, role } = actorGuards;
  const rest = guards.toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
  return [...(live ? [live] : []), ...(role ? [role] : []), ...rest];
}

const checkOf = (db: Db, { condition }: Guard, index: number): Statement =>
  db.execute(sql`select ensure((${condition}), ${String(index)})`);

/** SQLSTATE raised by the SQL function `ensure`. */
const guardFailed = 'KA001';
const uniqueViolation = '23505';
const foreignKeyViolation = '23503';

/** The Postgres error inside whatever the driver or drizzle wrapped around it. */
export function postgresError(error: unknown): NeonDbError | undefined {
  if (error instanceof NeonDbError) return error;
  return error instanceof Error && error.cause ? postgresError(error.cause) : undefined;
}

/** The message that a statement of a commit has raised with `ensure`. */
export function guardMessageOf(error: unknown): string | undefined {
  const cause = postgresError(error);
  return cause?.code === guardFailed ? cause.message : undefined;
}

async function send(
  { db, actorGuards }: CommitCtx,
  guards: readonly Guard[],
  [first, ...rest]: readonly Statement[],
  conflicts: Work<Parts>['conflicts'] = {},
): Promise<unknown[]> {
  if (!first) throw new Error('a commit needs a statement');
  try {
    return await db.batch([first, ...rest]);
  } catch (error) {
    const cause = postgresError(error);
    const failed = cause?.code === guardFailed ? guards[Number(cause.message)] : undefined;
    if (failed) throw failed.error();
    // The rider was deleted after the guard looked: the rows that refer to them cannot be written.
    if (cause?.code === foreignKeyViolation && actorGuards.live) throw actorGuards.live.error();
    const conflict = cause?.code === uniqueViolation ? conflicts[cause.constraint ?? ''] : undefined;
    throw conflict ? conflict() : error;
  }
}
