import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type AuditRow, audit } from './audit.table.ts';

export type Audited = { actorId?: string | SQL | undefined; subjectId?: string | undefined };

type NewEntry = Omit<typeof audit.$inferInsert, 'actorId' | 'subjectId'> & Audited;

/** Written where `condition` holds once the statements before it in the commit have run. */
export function insertEntry(db: Db, entry: NewEntry, condition: SQL = sql`true`) {
  const { id, at, action, actorId = null, subjectId = null, requestId, userAgent } = entry;
  return db.execute(sql`
    insert into ${audit} (id, at, action, actor_id, subject_id, request_id, network_hash, user_agent)
    select ${id}, ${at.toISOString()}, ${action}, ${actorId}, ${subjectId}, ${requestId},
      ${sql.param(entry.networkHash, audit.networkHash)}, ${userAgent}
    where ${condition}`);
}

/** What a rider did and what was done to them, newest first. */
export function listEntries(
  db: Db,
  userId: string,
  { after, limit }: { after: readonly string[] | undefined; limit: number },
): Promise<AuditRow[]> {
  const position = after && sql`(${audit.at}, ${audit.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`;
  return db
    .select()
    .from(audit)
    .where(and(or(eq(audit.actorId, userId), eq(audit.subjectId, userId)), position))
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(limit);
}
