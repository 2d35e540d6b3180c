import { NeonDbError } from '@neondatabase/serverless';
import type { Query, SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { AppError } from '../errors.ts';
import type { Db } from './client.ts';
import { type Parts, type Results, resultsOf, statementsOf } from './parts.ts';
import { type PreparedCondition, queryOf, statementOf } from './prepared.ts';

/**
 * The order in which guards run, and therefore the one order of locks: the caller, riders, journeys, any other row,
 * then conditions on rows that are locked already. See `docs/architecture.md`.
 */
const stages = ['caller', 'riders', 'journeys', 'rows', 'state'] as const;

/** SQL that answers true or false, for a guard or for a conditional write. */
export type Condition = SQL;

/** A condition that must hold inside the transaction, and the error that is thrown where it does not. */
export type Guard = { stage: (typeof stages)[number]; condition: Condition | PreparedCondition; error: () => AppError };

/** The guards of the caller's credential. */
export type ActorGuards = {
  /** The session or the key is in force. */
  live?: Guard;
  /** The rider's role allows the call. */
  role?: Guard;
};

export type Statement = BatchItem<'pg'>;

/** A statement that async functions may return. It is wrapped, because awaiting a bare statement would send it. */
export type UnsentStatement = { statement: Statement };

declare const presenceChange: unique symbol;

/** A statement that changes what presence is made from. It compiles only in a commit with a `presence` part. */
export type PresenceChange<S extends Statement = Statement> = S & { readonly [presenceChange]: true };

/** Marks a statement that changes what presence is made from. The mark exists for the compiler alone. */
export const markPresenceChange = <S extends Statement>(statement: S): PresenceChange<S> =>
  statement as PresenceChange<S>;

type RequiresPresence<W extends Parts> = true extends {
  [K in keyof W]: Extract<W[K] extends readonly (infer S)[] ? S : W[K], PresenceChange> extends never ? false : true;
}[keyof W]
  ? true
  : false;

/** `presence` is required where a write changes what presence is made from, even if it is `undefined`. */
type Presence<W extends Parts> =
  RequiresPresence<W> extends true
    ? { presence: readonly Statement[] | undefined }
    : { presence?: readonly Statement[] };

type Work<W extends Parts, R extends Parts = Parts> = {
  /**
   * Records the request of an idempotency key. A repeat at the same moment waits for it, and is answered before the
   * guards that the first request made fail. It runs after the locks of riders: its foreign key shares a lock of the
   * rider, so two requests of one rider that recorded first and locked then would wait for each other.
   */
  idempotency?: UnsentStatement | undefined;
  guards?: readonly Guard[];
  writes: W;
  /** Reads that run after all writes and presence. Their results come back under their names. */
  reads?: R;
  /** Guards that run after the writes. */
  outcome?: readonly Guard[];
  /** Errors by the name of the unique constraint that was violated. */
  conflicts?: Readonly<Record<string, () => AppError>>;
} & Presence<W>;

type CommitCtx = { db: Db; actorGuards: ActorGuards };

/**
 * Sends guards and writes as one transaction in one round trip. Guards run first, ordered by stage, and may lock what
 * they check. A guard that does not hold rolls everything back and is thrown as its error. The presence part runs after
 * all writes, then the reads. Answers the results of the writes and the reads by their names.
 */
export async function commit<const W extends Parts, const R extends Parts = Record<never, never>>(
  ctx: CommitCtx,
  work: Work<W, R>,
): Promise<Results<W> & Results<R>> {
  const { first, second } = splitGuards(ctx, work);
  const guards = [...first, ...second, ...(work.outcome ?? [])];
  const checks = (some: readonly Guard[] = []) => checksOf(ctx.db, some, guards);
  const key = statementsOf({ key: work.idempotency?.statement });
  const front = [...checks(first), ...key, ...checks(second)];
  const writes = statementsOf(work.writes);
  const presence = work.presence ?? [];
  // Without reads, R has no names.
  const reads = work.reads ?? ({} as R);
  const rest = [...presence, ...statementsOf(reads), ...checks(work.outcome)];
  const results = await send(ctx, guards, [...front, ...writes, ...rest], work.conflicts);
  const written = results.slice(front.length);
  return {
    ...resultsOf(work.writes, written),
    ...resultsOf(reads, written.slice(writes.length + presence.length)),
  };
}

/** Sends guards and reads as one transaction in one round trip, and answers the results of the reads by name. */
export async function query<const R extends Parts>(
  ctx: CommitCtx,
  { guards: wanted, reads }: { guards: readonly Guard[]; reads: R },
): Promise<Results<R>> {
  const guards = sortGuards(ctx, wanted);
  const checks = checksOf(ctx.db, guards, guards);
  const results = await send(ctx, guards, [...checks, ...statementsOf(reads)]);
  return resultsOf(reads, results.slice(checks.length));
}

function sortGuards({ actorGuards }: CommitCtx, guards: readonly Guard[] = []): Guard[] {
  const { live, role } = actorGuards;
  const rest = guards.toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
  return [...(live ? [live] : []), ...(role ? [role] : []), ...rest];
}

/** The guards before and after the record of an idempotency key, and all of them before the writes. */
function splitGuards(ctx: CommitCtx, { guards, idempotency }: Pick<Work<Parts>, 'guards' | 'idempotency'>) {
  const sorted = sortGuards(ctx, guards);
  const { live, role } = ctx.actorGuards;
  const isFirst = (guard: Guard) => guard === live || guard === role || guard.stage === 'riders';
  const first = idempotency ? sorted.filter(isFirst) : [];
  return { first, second: sorted.filter((guard) => !first.includes(guard)) };
}

/**
 * The statements that check some of the guards. Each names its guards by their index among all. A guard sees the rows
 * that its own statement could see, so a guard after a lock has a statement of its own. The guards of the caller lock
 * nothing, so they share the statement of the guard after them.
 */
function checksOf(db: Db, some: readonly Guard[], all: readonly Guard[]): Statement[] {
  const groups: Guard[][] = [];
  for (const guard of some) {
    const group = groups.at(-1);
    if (group?.at(-1)?.stage === 'caller') group.push(guard);
    else groups.push([guard]);
  }
  return groups.map((group) => statementOf(db, checkOf(group, all)));
}

function checkOf(group: readonly Guard[], all: readonly Guard[]): Query {
  const params: unknown[] = [];
  const checks = group.map((guard) => {
    const { sql: condition, params: own } = queryOf(guard.condition);
    const before = params.length;
    params.push(...own);
    const shifted = condition.replaceAll(/\$(\d+)/g, (_, number) => `$${before + Number(number)}`);
    return `ensure((${shifted}), '${all.indexOf(guard)}')`;
  });
  return { sql: `select ${checks.join(', ')}`, params };
}

/** SQLSTATE raised by the SQL function `ensure`. */
const guardFailed = 'KA001';
const uniqueViolation = '23505';
const foreignKeyViolation = '23503';

/** The Postgres error, out of any errors that the driver or drizzle has wrapped around it. */
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
    // The rider was deleted after the guard ran, so the rows that refer to them cannot be written.
    if (cause?.code === foreignKeyViolation && actorGuards.live) throw actorGuards.live.error();
    const conflict = cause?.code === uniqueViolation ? conflicts[cause.constraint ?? ''] : undefined;
    throw conflict ? conflict() : error;
  }
}
