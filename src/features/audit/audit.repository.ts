import type { Db } from '../../db/client.ts';
import { audit } from './audit.table.ts';

export type Audited = { actorId?: string | undefined; subjectId?: string | undefined };

export const insertEntry = (db: Db, entry: typeof audit.$inferInsert) => db.insert(audit).values(entry);
