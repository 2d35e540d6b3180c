import { inArray, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { users } from '../users/user.table.ts';
import { attempts } from './attempt.table.ts';
import { type AttemptCount, type Lockout, networkLeakSeconds } from './lockout.rules.ts';

export type Attempt = {
  /** The account, by its id or by the name that was typed; the hash is counted where no account has that name. */
  account: { id: string } | { email: string | undefined; username: string; nameHash: string };
  networkHash: string;
  /** A device or a session that the account knows is counted apart from everybody else. */
  device: { userId: string; key: string } | undefined;
  lockout: Lockout;
  now: Date;
};

const waitAfter = (failures: SQL, threshold: number, { firstWaitSeconds, longestWaitSeconds }: Lockout): SQL => sql`case
  when ${failures} < ${threshold} then null
  else least(${longestWaitSeconds}, ${firstWaitSeconds} * power(2, least(${failures} - ${threshold}, 20))) * interval '1 second' end`;

/** The keys that an attempt is counted under. The address and the username of an account give the same keys. */
function keysOf({ account, networkHash, device, lockout }: Attempt): SQL {
  const id =
    'id' in account
      ? sql`${account.id}::uuid`
      : sql`(select ${users.id} from ${users} where ${users.email} = ${account.email ?? ''} or lower(${users.username}) = ${account.username.toLowerCase()} limit 1)`;
  const name = 'id' in account ? '' : account.nameHash;
  return sql`
    select k.key, k.threshold, k.kind
    from (select ${id} as id) u,
      lateral (select coalesce(u.id::text, ${name}) as account, u.id = ${device?.userId ?? null}::uuid as is_known) a,
      lateral (values
        ('account', 'account:' || a.account, ${lockout.accountThreshold}::int),
        ('pair', 'pair:' || a.account || ':' || ${networkHash}, null),
        ('network', 'network:' || ${networkHash}, ${lockout.networkThreshold}::int),
        ('device', 'device:' || ${device?.key ?? ''}, ${lockout.accountThreshold}::int)
      ) k (kind, key, threshold)
    where case when coalesce(a.is_known, false) then k.kind in ('account', 'device') else k.kind <> 'device' end
    order by k.key`;
}

/**
 * Counts an attempt under all of its keys at once, and answers the counts and which keys were locked. An attempt while
 * locked is counted and does not prolong the wait.
 */
export const upsertAttempt = (db: Db, attempt: Attempt) => {
  const { lockout } = attempt;
  const at = sql`${attempt.now.toISOString()}::timestamptz`;
  // The count of a network falls by one each minute, because a whole town may share one address.
  const leaked = sql`case when excluded.key like 'network:%' then floor(extract(epoch from ${at} - ${attempts.lastAt}) / ${networkLeakSeconds})::int else 0 end`;
  const failures = sql`(greatest(0, ${attempts.failures} - ${leaked}) + 1)`;
  return db.execute<AttemptCount>(sql`
    with keys as materialized (${keysOf(attempt)}), counted as (
      insert into ${attempts} (key, failures, last_at, locked_until, was_locked)
      select key, 1, ${at}, null, false from keys
      on conflict (key) do update set
        failures = ${failures},
        last_at = ${at},
        was_locked = coalesce(${attempts.lockedUntil} > ${at}, false),
        locked_until = case
          when ${attempts.lockedUntil} > ${at} then ${attempts.lockedUntil}
          when excluded.key like 'account:%' and ${failures} >= ${lockout.maxFailures} then 'infinity'
          when excluded.key like 'network:%' then ${at} + ${waitAfter(failures, lockout.networkThreshold, lockout)}
          when excluded.key like 'pair:%' then null
          else ${at} + ${waitAfter(failures, lockout.accountThreshold, lockout)} end
      returning key, failures, was_locked
    )
    select k.kind, c.key, c.failures, c.was_locked from counted c join keys k on k.key = c.key`);
};

/**
 * Subtracts the attempt that was counted, and the earlier failures of its network at its account. Failures from other
 * networks still count.
 */
export const subtractFailures = (db: Db, counts: readonly AttemptCount[]) => {
  const keyOf = (kind: string) => counts.find((row) => row.kind === kind)?.key ?? '';
  const own = counts.find(({ kind }) => kind === 'pair')?.failures ?? 1;
  const opens = keyOf('device') === '' ? sql`key = ${keyOf('account')}` : sql`false`;
  // The rows are locked in the order in which attempts are counted, so that two commits cannot wait for each other.
  return db.execute(sql`
    with locked as materialized (
      select key from ${attempts} where key = any(${sql.param(`{${counts.map(({ key }) => `"${key}"`).join()}}`)}::text[])
      order by key for update
    ), cleared as (
      delete from ${attempts} where key in (select key from locked) and key in (${keyOf('pair')}, ${keyOf('device')})
    )
    update ${attempts} set
      failures = greatest(0, failures - case when key = ${keyOf('account')} then ${own}::int else 1 end),
      locked_until = case when ${opens} then null else locked_until end
    where key in (select key from locked) and key in (${keyOf('account')}, ${keyOf('network')})`);
};

const accountAndDevices = (userId: string) => inArray(attempts.key, [`account:${userId}`, `device:${userId}`]);

/** Ends every wait of the account: those of its devices too. Counts of networks stay. */
export const clearAccountAttempts = (db: Db, userId: string) => db.delete(attempts).where(accountAndDevices(userId));

/** Deletes every count that names the account, those together with a network too. */
export const deleteAccountAttempts = (db: Db, userId: string) =>
  db.delete(attempts).where(or(accountAndDevices(userId), like(attempts.key, `pair:${userId}:%`)));

export const deleteOldAttempts = (db: Db, before: Date) =>
  deleteBatch(db, attempts, attempts.key, lt(attempts.lastAt, before));
