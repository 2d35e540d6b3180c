import { and, desc, eq, gt, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { audit } from '../audit/audit.table.ts';
import { users } from '../users/user.table.ts';
import { daysAfter, idleDays, maxReuse, revokedDays, uncountedReuseSeconds } from './session.rules.ts';
import { type NewSession, type SessionRow, sessions } from './session.table.ts';

type SessionKey = { userId: string; sessionId: string };

/**
 * The rider has logged in before, and has no session from this device and place. The audit also knows logins whose
 * session was deleted.
 */
export const isNewDevice = ({ userId, userAgent, place = null }: NewSession): SQL => sql`
  (exists (select from ${sessions} where user_id = ${userId})
    or exists (select from ${audit} where actor_id = ${userId} and action = 'auth.login')) and not exists (
    select from ${sessions} where user_id = ${userId} and user_agent = ${userAgent} and place is not distinct from ${place})`;

export const insertSession = (db: Db, session: NewSession) => db.insert(sessions).values(session);

/**
 * Uses a refresh token, in one statement on the locked row. The newest token rotates. The parent of a token that was
 * never used gets that token again, because the response may have been lost, but no more than `maxReuse` times. After
 * that it revokes the session, as an older token does.
 */
export function updateForRefresh(db: Db, token: { sessionId: string; counter: number }, now: Date) {
  const at = sql`${now.toISOString()}::timestamptz`;
  const isNewest = sql`${sessions.counter} = ${token.counter}`;
  const isLate = sql`${sessions.rotatedAt} < ${new Date(now.getTime() - uncountedReuseSeconds * 1_000).toISOString()}`;
  // Copies within a few seconds are one request that was sent twice. They do not count as repeats.
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

/** A statement before this one, in the same transaction, has ended the session. */
export const hasEndedHere = (id: string, because: 'logout' | 'reuse'): SQL => sql`
  exists (select from ${sessions} where id = ${id} and revoked_because = ${because} and xmin = pg_current_xact_id()::xid)`;

export const riderOfSession = (id: string): SQL => sql`(select user_id from ${sessions} where id = ${id})`;

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

export const lockOwnSessionRow = ({ userId, sessionId }: SessionKey, now: Date): SQL => sql`
  select true from ${sessions} where ${and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isLiveAt(now))} for update`;

/** Ends all sessions of a rider, or all but one. */
export const revokeSessionsOf = (
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

/** Ends the sessions used longest ago, so that the rider has fewer than `max`. */
export const revokeOldest = (db: Db, userId: string, max: number, now: Date) => {
  const oldest = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isLiveAt(now)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
    .offset(max - 1);
  return db.update(sessions).set({ revokedAt: now, revokedBecause: 'cap' }).where(inArray(sessions.id, oldest));
};

/** Answers the number of the next refresh token. */
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

/** A session that ended long ago was last used before that, so the index on `last_used_at` finds it. */
export function deleteOldSessions(db: Db, now: Date) {
  const isIdle = lt(sessions.lastUsedAt, daysAfter(now, -idleDays));
  const endedLongAgo = daysAfter(now, -revokedDays);
  const isLongEnded = and(lt(sessions.lastUsedAt, endedLongAgo), lt(sessions.revokedAt, endedLongAgo));
  return deleteBatch(db, sessions, sessions.id, or(lt(sessions.expiresAt, now), isIdle, isLongEnded));
}
