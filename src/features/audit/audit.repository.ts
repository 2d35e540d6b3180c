import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { audit } from './audit.table.ts';

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
