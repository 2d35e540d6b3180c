import { inArray, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { users } from '../users/user.table.ts';
import { attempts } from './attempt.table.ts';
import { type Counted, type Lockout, networkLeakSeconds } from './lockout.rules.ts';

export type Attempt = {
  /** The account tried: by its id, or by what was typed and the hash that stands for it where nobody has it. */
  account: { id: string } | { email: string | undefined; username: string; nameHash: string };
  networkHash: string;
  /** What the account knows (its devices, a session of its own) has a count of its own beside the account's. */
  device: { userId: string; key: string } | undefined;
  lockout: Lockout;
  now: Date;
};

const waitAfter = (failures: SQL, threshold: number, { firstWaitSeconds, longestWaitSeconds }: Lockout): SQL => sql`case
  when ${failures} < ${threshold} then null
  else least(${longestWaitSeconds}, ${firstWaitSeconds} * power(2, least(${failures} - ${threshold}, 20))) * interval '1 second' end`;

/** The keys an attempt is counted under. Two names of one account are one account. */
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
 * Counts an attempt before its password is looked at, under all of its keys at once, and answers whether any of them
 * was locked. While locked the wait is not prolonged; the count goes on.
 */
export const countAttempt = (db: Db, attempt: Attempt) => {
  const { lockout } = attempt;
  const at = sql`${attempt.now.toISOString()}::timestamptz`;
  // A network forgets one failure a minute: behind one address there may be a town.
  const leaked = sql`case when excluded.key like 'network:%' then floor(extract(epoch from ${at} - ${attempts.lastAt}) / ${networkLeakSeconds})::int else 0 end`;
  const failures = sql`(greatest(0, ${attempts.failures} - ${leaked}) + 1)`;
  return db.execute<Counted>(sql`
    with keys as materialized (${keysOf(attempt)}), counted as (
      insert into ${attempts} (key, failures, last_at, locked_until, was_locked)
      select key, 1, ${at}, null, false from keys
      on conflict (key) do update set
        failures = ${failures},
        last_at = ${at},
        was_locked = coalesce(${attempts.lockedUntil} > ${at}, false),
        locked_until = case
          when ${attempts.lockedUntil} > ${at} then ${attempts.lockedUntil}
          when excluded.key like 'account:%' and ${failures} >= ${lockout.mostFailures} then 'infinity'
          when excluded.key like 'network:%' then ${at} + ${waitAfter(failures, lockout.networkThreshold, lockout)}
          when excluded.key like 'pair:%' then null
          else ${at} + ${waitAfter(failures, lockout.accountThreshold, lockout)} end
      returning key, failures, was_locked
    )
    select k.kind, c.key, c.failures, c.was_locked from counted c join keys k on k.key = c.key`);
};

/** After a right password: what this network had failed at this account is forgotten, and nothing else. */
export const forgiveAttempt = (db: Db, counted: readonly Counted[]) => {
  const keyOf = (kind: string) => counted.find((row) => row.kind === kind)?.key ?? '';
  const own = counted.find(({ kind }) => kind === 'pair')?.failures ?? 1;
  const opens = keyOf('device') === '' ? sql`key = ${keyOf('account')}` : sql`false`;
  // Locked in the order in which they are counted, so that no two wait for each other.
  return db.execute(sql`
    with locked as materialized (
      select key from ${attempts} where key = any(${sql.param(`{${counted.map(({ key }) => `"${key}"`).join()}}`)}::text[])
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

/** The reset opens the account to its owner, whoever has tried it, and on whatever device. */
export const clearAccountAttempts = (db: Db, userId: string) => db.delete(attempts).where(accountAndDevices(userId));

/** All that names the account, also together with a network. */
export const deleteAccountAttempts = (db: Db, userId: string) =>
  db.delete(attempts).where(or(accountAndDevices(userId), like(attempts.key, `pair:${userId}:%`)));

export const deleteOldAttempts = (db: Db, before: Date) =>
  deleteBatch(db, attempts, attempts.key, lt(attempts.lastAt, before));
