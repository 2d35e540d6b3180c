import { eq, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';
import { selectNewest } from './registration.repository.ts';

/** Whom a login may be for: the rider with this address or username, and the newest registration that waits for it. */
export async function findCandidates(db: Db, login: { email: string | undefined; username: string }, now: Date) {
  const byName = sql`lower(${users.username}) = ${login.username.toLowerCase()}`;
  const [[user], [pending]] = await db.batch([
    db
      .select({ id: users.id, passwordHash: users.passwordHash, disabledAt: users.disabledAt })
      .from(users)
      .where(login.email ? or(eq(users.email, login.email), byName) : byName)
      .limit(1),
    selectNewest(db, login.email ?? '', now),
  ]);
  return { user, pending };
}
