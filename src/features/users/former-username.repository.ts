import { isNull, lte } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { formerUsernames } from './former-username.table.ts';

export const keepNewFormerUsernames = (db: Db, until: Date) =>
  db.update(formerUsernames).set({ keptUntil: until }).where(isNull(formerUsernames.keptUntil));

export const deleteExpiredFormerUsernames = (db: Db, now: Date) =>
  deleteBatch(db, formerUsernames, formerUsernames.name, lte(formerUsernames.keptUntil, now));
