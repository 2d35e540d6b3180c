import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';
import { type NewSession, sessions } from './session.table.ts';

export const idleDays = 60;
export const absoluteDays = 400;
const uncountedReuseSeconds = 10;
const maxReuse = 10;

const dayMs = 24 * 60 * 60 * 1_000;
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * dayMs);

type SessionKey = { userId: string; sessionId: string };

const liveSession = ({ userId, sessionId }: SessionKey, now: Date): SQL => sql`
  ${sessions.id} = ${sessionId} and ${sessions.userId} = ${userId} and ${sessions.revokedAt} is null
  and ${sessions.expiresAt} > ${now.toISOString()} and ${users.disabledAt} is null`;

export async function findLiveSession(db: Db, key: SessionKey, now: Date): Promise<{ id: string } | undefined> {
  const [row] = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(liveSession(key, now));
  return row;
}

/** A guard's condition. */
export const liveSessionCondition = (key: SessionKey, now: Date): SQL => sql`
  select true from ${sessions} join ${users} on ${users.id} = ${sessions.userId} where ${liveSession(key, now)}`;

export const insertSession = (db: Db, session: NewSession) => db.insert(sessions).values(session);

/**
 * Decides on the locked row, in one statement, what a refresh token is worth: the newest rotates; the direct parent
 * of a child that was never presented is answered with that child again (a reply got lost); anything older revokes.
 * Copies within ten seconds are one request sent twice and are not counted against the ten repeats.
 */
export function updateForRefresh(db: Db, token: { sessionId: string; counter: number }, now: Date) {
  const at = now.toISOString();
  const isAlive = sql`(${sessions.revokedAt} is null and ${sessions.expiresAt} > ${at}
    and ${sessions.lastUsedAt} > ${daysAfter(now, -idleDays).toISOString()})`;
  const isNewest = sql`${sessions.counter} = ${token.counter}`;
  const isLate = sql`${sessions.rotatedAt} < ${new Date(now.getTime() - uncountedReuseSeconds * 1_000).toISOString()}`;
  const isParent = sql`(${sessions.counter} = ${token.counter + 1} and (${sessions.reuseCount} < ${maxReuse} or not ${isLate}))`;
  const isAccepted = sql`(${isNewest} or ${isParent})`;
  const whenAlive = (then: SQL, otherwise: SQL) => sql`case when ${isAlive} then ${then} else ${otherwise} end`;

  return db
    .update(sessions)
    .set({
      counter: whenAlive(
        sql`case when ${isNewest} then ${sessions.counter} + 1 else ${sessions.counter} end`,
        sql`${sessions.counter}`,
      ),
      reuseCount: whenAlive(
        sql`case when ${isNewest} then 0 when ${isParent} and ${isLate} then ${sessions.reuseCount} + 1 else ${sessions.reuseCount} end`,
        sql`${sessions.reuseCount}`,
      ),
      rotatedAt: whenAlive(
        sql`case when ${isNewest} then ${at}::timestamptz else ${sessions.rotatedAt} end`,
        sql`${sessions.rotatedAt}`,
      ),
      lastUsedAt: whenAlive(
        sql`case when ${isAccepted} then ${at}::timestamptz else ${sessions.lastUsedAt} end`,
        sql`${sessions.lastUsedAt}`,
      ),
      revokedAt: whenAlive(
        sql`case when ${isAccepted} then null else ${at}::timestamptz end`,
        sql`${sessions.revokedAt}`,
      ),
      revokedBecause: whenAlive(
        sql`case when ${isAccepted} then null else 'reuse' end`,
        sql`${sessions.revokedBecause}`,
      ),
    })
    .from(users)
    .where(and(eq(sessions.id, token.sessionId), eq(users.id, sessions.userId)))
    .returning({
      userId: sessions.userId,
      counter: sessions.counter,
      revokedAt: sessions.revokedAt,
      revokedBecause: sessions.revokedBecause,
      lastUsedAt: sessions.lastUsedAt,
      disabledAt: users.disabledAt,
      email: users.email,
      name: users.name,
    });
}

export const revokeSession = (db: Db, id: string, now: Date, because: 'logout' | 'revoked') =>
  db
    .update(sessions)
    .set({ revokedAt: now, revokedBecause: because })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt), gt(sessions.expiresAt, now)))
    .returning({ userId: sessions.userId });

export const deleteExpiredSessions = (db: Db, before: Date) =>
  db.execute(sql`
    delete from ${sessions} where id in (
      select id from ${sessions} where expires_at < ${before.toISOString()} or last_used_at < ${daysAfter(before, -idleDays).toISOString()}
      limit 10000)`);
