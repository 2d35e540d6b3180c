import type { Role } from '../../context.ts';
import type { Db } from '../../db/client.ts';
import { type SessionKey, selectLiveRole } from './access.repository.ts';

/** The current role of the rider of a session; `undefined` where the session has ended or the rider is disabled. */
export async function findLiveRole(db: Db, { userId, sessionId }: SessionKey, now: Date): Promise<Role | undefined> {
  const { rows } = await selectLiveRole(db, { userId, sessionId, at: now.toISOString() });
  return rows[0]?.role ?? undefined;
}
