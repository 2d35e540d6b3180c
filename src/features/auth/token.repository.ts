import { eq, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';

/** The rider with this address or this username. */
export function selectLogin(db: Db, { email, username }: { email: string | undefined; username: string }) {
  const byName = sql`lower(${users.username}) = ${username.toLowerCase()}`;
  return db
    .select({
      id: users.id,
      email: users.email,
      role: users.role,
      passwordHash: users.passwordHash,
      disabledAt: users.disabledAt,
    })
    .from(users)
    .where(email ? or(eq(users.email, email), byName) : byName)
    .limit(1);
}
