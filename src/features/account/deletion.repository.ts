import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../users/user.table.ts';

export async function findAddress(db: Db, userId: string): Promise<string | undefined> {
  const [row] = await db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  return row?.email;
}

/** Foreign keys delete sessions, resets, journeys and all other rows that refer to the rider. */
export const deleteRider = (db: Db, id: string) => db.delete(users).where(eq(users.id, id));
