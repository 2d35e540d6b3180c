import { type SQL, sql } from 'drizzle-orm';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { sessions } from '../sessions/session.table.ts';
import { type UserRow, users } from '../users/user.table.ts';

export type SessionKey = { userId: string; sessionId: string };
type Role = UserRow['role'];

type SessionAt = SessionKey & { at: string };

/** The current role of the session's rider. Null if the session has ended or the rider is disabled. */
const liveRole = ({ userId, sessionId, at }: Given<SessionAt>): SQL => sql`live_role(${sessionId}, ${userId}, ${at})`;

export const selectLiveRole = prepare((db, session: Given<SessionAt>) =>
  db.execute<{ role: Role | null }>(sql`select ${liveRole(session)} as role`),
);

export const isLive = prepareCondition((session: Given<SessionAt>) => sql`select ${liveRole(session)} is not null`);

export const hasRole = prepareCondition(
  ({ userId, roles }: Given<{ userId: string; roles: readonly Role[] }>) => sql`
  select ${users.role} = any(${roles}::text[]) from ${users} where ${users.id} = ${userId}`,
);

export const isAuthenticatedSince = (sessionId: string, since: Date): SQL => sql`
  select true from ${sessions} where ${sessions.id} = ${sessionId} and ${sessions.authenticatedAt} > ${since.toISOString()}`;
