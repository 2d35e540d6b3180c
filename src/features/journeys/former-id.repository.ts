import { and, isNull, lte, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { deleteBatch } from '../../db/delete-batch.ts';
import { publishedPlans } from '../presence/published-plan.table.ts';
import { formerJourneyIds } from './former-id.table.ts';

export const keepNewFormerIds = (db: Db, until: Date) =>
  db.update(formerJourneyIds).set({ keptUntil: until }).where(isNull(formerJourneyIds.keptUntil));

/** An id stays taken while a published plan is kept under it, so that nobody else takes over that plan. */
export const deleteExpiredFormerIds = (db: Db, now: Date) =>
  deleteBatch(
    db,
    formerJourneyIds,
    formerJourneyIds.id,
    and(
      lte(formerJourneyIds.keptUntil, now),
      sql`not exists (select from ${publishedPlans} p where p.journey_id = ${formerJourneyIds.id})`,
    ),
  );
