import { and, desc, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { audit } from '../audit/audit.table.ts';
import { users } from '../users/user.table.ts';
import { daysAfter, idleDays, maxReuse, revokedDays, uncountedReuseSeconds } from './session.rules.ts';
import { type NewSession, type SessionRow, sessions } from './session.table.ts';

type SessionKey = { userId: string; sessionId: string };

/** Whether the rider has logged in before, and has no session from such a device at such a place: upkeep removes old ones. */
export const isNewDevice = ({ userId, userAgent, place = null }: NewSession): SQL => sql`
  (exists (select from ${sessions} where user_id = ${userId})
    or exists (select from ${audit} where actor_id = ${userId} and action = 'auth.login')) and not exists (
    select from ${sessions} where user_id = ${userId} and user_agent = ${userAgent} and place is not distinct from ${place})`;

export const insertSession = (db: Db, session: NewSession) => db.insert(sessions).values(session);

/**
 * Decides on the locked row, in one statement, what a refresh token is worth: the newest rotates; the direct parent
 * of a child that was never presented is answered with that child again (a reply got lost); anything older revokes.
 * Copies within ten seconds are one request sent twice and are not counted against the ten repeats. A session that is
 * over answers no row.
 */
export function updateForRefresh(db: Db, token: { sessionId: string; counter: number }, now: Date) {
  const at = sql`${now.toISOString()}::timestamptz`;
  const isNewest = sql`${sessions.counter} = ${token.counter}`;
  const isLate = sql`${sessions.rotatedAt} < ${new Date(now.getTime() - uncountedReuseSeconds * 1_000).toISOString()}`;
  const isParent = sql`(${sessions.counter} = ${token.counter + 1} and (${sessions.reuseCount} < ${maxReuse} or not ${isLate}))`;
  const isAccepted = sql`(${isNewest} or ${isParent})`;

  return db
    .update(sessions)
    .set({
      counter: sql`case when ${isNewest} then ${sessions.counter} + 1 else ${sessions.counter} end`,
      reuseCount: sql`case when ${isNewest} then 0 when ${isParent} and ${isLate} then ${sessions.reuseCount} + 1 else ${sessions.reuseCount} end`,
      rotatedAt: sql`case when ${isNewest} then ${at} else ${sessions.rotatedAt} end`,
      lastUsedAt: sql`case when ${isAccepted} then ${at} else ${sessions.lastUsedAt} end`,
      revokedAt: sql`case when ${isAccepted} then null else ${at} end`,
      revokedBecause: sql`case when ${isAccepted} then null else 'reuse' end`,
    })
    .from(users)
    .where(
      and(
        eq(sessions.id, token.sessionId),
        eq(users.id, sessions.userId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, now),
        gt(sessions.lastUsedAt, daysAfter(now, -idleDays)),
        isNull(users.disabledAt),
      ),
    )
    .returning({
      userId: sessions.userId,
      counter: sessions.counter,
      revokedAt: sessions.revokedAt,
      email: users.email,
      role: users.role,
    });
}

/** Whether a statement before this one, in the same transaction, has ended the session. */
export const hasEndedHere = (id: string, because: 'logout' | 'reuse'): SQL => sql`
  exists (select from ${sessions} where id = ${id} and revoked_because = ${because} and xmin = pg_current_xact_id()::xid)`;

export const riderOf = (id: string): SQL => sql`(select user_id from ${sessions} where id = ${id})`;

export const revokeSession = (db: Db, id: string, now: Date, because: 'logout' | 'revoked') =>
  db
    .update(sessions)
    .set({ revokedAt: now, revokedBecause: because })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt), gt(sessions.expiresAt, now)))
    .returning({ userId: sessions.userId });

const isLiveAt = (now: Date) =>
  and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now), gt(sessions.lastUsedAt, daysAfter(now, -idleDays)));

/** The rider's live sessions, the one used last first. */
export const listLive = (db: Db, userId: string, now: Date): Promise<SessionRow[]> =>
  db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isLiveAt(now)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id));

/** A guard's condition: a live session of the rider's own; locked until the commit ends. */
export const isOwnLive = ({ userId, sessionId }: SessionKey, now: Date): SQL => sql`
  select true from ${sessions} where ${and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isLiveAt(now))} for update`;

/** Ends every live session of a rider but one, or all of them. */
export const revokeOthers = (
  db: Db,
  { userId, exceptId }: { userId: string; exceptId: string | undefined },
  because: 'revoked' | 'password',
  now: Date,
) =>
  db
    .update(sessions)
    .set({ revokedAt: now, revokedBecause: because })
    .where(
      and(eq(sessions.userId, userId), isNull(sessions.revokedAt), exceptId ? ne(sessions.id, exceptId) : undefined),
    );

/** Makes room for one more: of the live sessions the ones used longest ago end. */
export const revokeBeyond = (db: Db, userId: string, most: number, now: Date) => {
  const oldest = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isLiveAt(now)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
    .offset(most - 1);
  return db.update(sessions).set({ revokedAt: now, revokedBecause: 'cap' }).where(inArray(sessions.id, oldest));
};

/** The next child is the one of the counter answered. */
export const rotateSession = (db: Db, id: string, now: Date) =>
  db
    .update(sessions)
    .set({
      counter: sql`${sessions.counter} + 1`,
      reuseCount: 0,
      rotatedAt: now,
      lastUsedAt: now,
      authenticatedAt: now,
    })
    .where(eq(sessions.id, id))
    .returning({ counter: sessions.counter });

export const touchAuthenticated = (db: Db, id: string, now: Date) =>
  db.update(sessions).set({ authenticatedAt: now }).where(eq(sessions.id, id));

/** What was ended long ago was not used since either: the index on `last_used_at` finds it. */
export function deleteOldSessions(db: Db, now: Date) {
  const isIdle = lt(sessions.lastUsedAt, daysAfter(now, -idleDays));
  const endedLongAgo = daysAfter(now, -revokedDays);
  const isLongEnded = and(lt(sessions.lastUsedAt, endedLongAgo), lt(sessions.revokedAt, endedLongAgo));
  return deleteBatch(db, sessions, sessions.id, or(lt(sessions.expiresAt, now), isIdle, isLongEnded));
}
