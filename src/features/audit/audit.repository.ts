import { and, desc, eq, gte, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type AuditRow, audit } from './audit.table.ts';

export type AuditSubjects = { actorId?: string | SQL | undefined; subjectId?: string | undefined };

type NewEntry = Omit<typeof audit.$inferInsert, 'actorId' | 'subjectId'> & AuditSubjects;

/** Inserts the entry where `condition` holds after the statements before it in the commit. */
export function insertEntry(db: Db, entry: NewEntry, condition: SQL = sql`true`) {
  const { id, at, action, actorId = null, subjectId = null, requestId, userAgent } = entry;
  return db.execute(sql`
    insert into ${audit} (id, at, action, actor_id, subject_id, request_id, network_hash, user_agent)
    select ${id}, ${at.toISOString()}, ${action}, ${actorId}, ${subjectId}, ${requestId},
      ${sql.param(entry.networkHash, audit.networkHash)}, ${userAgent}
    where ${condition}`);
}

export type AuditFilter = {
  actorId?: string | undefined;
  subjectId?: string | undefined;
  action?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** Newest first, from `from` inclusive to `to` exclusive. */
export const selectEntries = (
  db: Db,
  { actorId, subjectId, action, from, to }: AuditFilter,
  { after, limit }: { after: readonly string[] | undefined; limit: number },
) =>
  db
    .select()
    .from(audit)
    .where(
      and(
        actorId ? eq(audit.actorId, actorId) : undefined,
        subjectId ? eq(audit.subjectId, subjectId) : undefined,
        action ? eq(audit.action, action) : undefined,
        from && gte(audit.at, from),
        to && lt(audit.at, to),
        isAfter(after),
      ),
    )
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(limit);

const isAfter = (after: readonly string[] | undefined): SQL | undefined =>
  after && sql`(${audit.at}, ${audit.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`;

/** The entries of which the rider is the actor or the subject, newest first. */
export function listEntries(
  db: Db,
  userId: string,
  { after, limit }: { after: readonly string[] | undefined; limit: number },
): Promise<AuditRow[]> {
  return db
    .select()
    .from(audit)
    .where(and(or(eq(audit.actorId, userId), eq(audit.subjectId, userId)), isAfter(after)))
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(limit);
}

/** The next run deletes the rest. */
const maxRows = 10_000;

export const deleteOldEntries = (db: Db, now: Date) =>
  db.execute<{ deleted: number }>(sql`select delete_old_audit(${now.toISOString()}, ${maxRows}::integer) as deleted`);
