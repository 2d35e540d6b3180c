import { and, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { publishedPlans } from '../presence/published-plan.table.ts';
import { publications } from '../publications/publication.table.ts';
import { formerJourneyIds } from './former-id.table.ts';

export const keepNewFormerIds = (db: Db, until: Date) =>
  db.update(formerJourneyIds).set({ keptUntil: until }).where(isNull(formerJourneyIds.keptUntil));

const isUnused = (table: typeof publishedPlans | typeof publications): SQL =>
  sql`not exists (select from ${table} t where t.journey_id = ${formerJourneyIds.id})`;

/** An id stays taken while a published plan or a ledger is kept under it, so that nobody else takes them over. */
export const deleteExpiredFormerIds = (db: Db, now: Date) =>
  deleteBatch(
    db,
    formerJourneyIds,
    formerJourneyIds.id,
    and(lte(formerJourneyIds.keptUntil, now), isUnused(publishedPlans), isUnused(publications)),
  );
