import { inArray, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { sessions } from '../sessions/session.table.ts';
import { type UserRow, users } from '../users/user.table.ts';

export type SessionKey = { userId: string; sessionId: string };
type Role = UserRow['role'];

/** The current role of the session's rider. Null if the session has ended or the rider is disabled. */
const liveRole = ({ userId, sessionId }: SessionKey, now: Date): SQL =>
  sql`live_role(${sessionId}, ${userId}, ${now.toISOString()})`;

export const selectLiveRole = (db: Db, key: SessionKey, now: Date) =>
  db.execute<{ role: Role | null }>(sql`select ${liveRole(key, now)} as role`);

export const isLive = (key: SessionKey, now: Date): SQL => sql`select ${liveRole(key, now)} is not null`;

export const hasRole = (userId: string, roles: readonly Role[]): SQL => sql`
  select ${inArray(users.role, [...roles])} from ${users} where ${users.id} = ${userId}`;

export const isAuthenticatedSince = (sessionId: string, since: Date): SQL => sql`
  select true from ${sessions} where ${sessions.id} = ${sessionId} and ${sessions.authenticatedAt} > ${since.toISOString()}`;
