import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { viewings } from './viewing.table.ts';

export type Used = { used: number; oldest_at: string | null };

/** How many new riders an account and a network have seen since, in this order. */
export const selectUsed = (db: Db, viewerId: string, networkHash: Uint8Array | undefined, since: Date) => {
  const used = (is: SQL) => sql`
    select count(*)::int as used, min(at)::text as oldest_at from ${viewings} where ${is} and at > ${since.toISOString()}`;
  const ofNetwork = networkHash ? sql`network_hash = ${sql.param(networkHash, viewings.networkHash)}` : sql`false`;
  return db.execute<Used>(sql`${used(sql`viewer_id = ${viewerId}`)} union all ${used(ofNetwork)}`);
};

/** To how many new riders one was shown, day by day (UTC). */
export const listDaysShown = (db: Db, shownId: string, since: Date) => {
  const day = sql<string>`(${viewings.at} at time zone 'UTC')::date::text`;
  return db
    .select({ day, newRiders: sql<number>`count(*)::int` })
    .from(viewings)
    .where(and(eq(viewings.shownId, shownId), gt(viewings.at, since)))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
};
