import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { userNotFound } from '../access/access.errors.ts';
import { lockRider } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { findEncounterShown } from '../discovery/disclosure.service.ts';
import { cannotReportYourself } from './report.errors.ts';
import { requireUnderDailyLimit } from './report.guards.ts';
import { deleteOldReports, riderMeant, upsertReport } from './report.repository.ts';
import { type RiderReference, reportIdOf } from './report.rules.ts';
import type { ReportRow } from './report.table.ts';

const retentionDays = 180;
const dayMs = 24 * 60 * 60 * 1_000;

export type NewReport = { reference: RiderReference; reason: ReportRow['reason']; message: string };
export type MadeReport = NewReport & { id: string };

/**
 * The answer and the daily count are made from the request alone. They do not reveal whether the account exists,
 * whether two references mean one rider, or how an admin settled an earlier report. The audit names the report and not
 * the rider, whose own audit would show the entry.
 */
export async function createReport(ctx: CreateCtx, report: NewReport): Promise<MadeReport> {
  const { userId } = requireScope(ctx, 'profile:write');
  const { reference, reason, message } = report;
  if (reference.by === 'user_id' && reference.value === userId) throw cannotReportYourself();

  const made = { ...report, id: reportIdOf(ctx.config.keys.report, userId, reference) };
  const row = { id: made.id, reporterId: userId, namedBy: reference.by, reason, message, madeAt: ctx.now() };
  await commit(ctx, {
    idempotency: ctx.remember?.([made.id]),
    guards: [lockRider(userId, 'no key update', userNotFound), requireUnderDailyLimit(ctx, userId, made.id)],
    writes: {
      report: upsertReport(ctx.db, row, riderMeant(reference, userId, await findKnownId(ctx, userId, reference))),
      audit: recordAudit(ctx, 'reports.create', { subjectId: made.id }),
    },
  });
  return made;
}

/** The id of the rider whom an id or an encounter names, if there is one. Postgres looks up connections. */
async function findKnownId(ctx: Ctx, userId: string, { by, value }: RiderReference): Promise<string | null> {
  if (by === 'user_id') return value;
  return by === 'encounter_id' ? ((await findEncounterShown(ctx, userId, value))?.rider.id ?? null) : null;
}

export async function purgeReports(ctx: Ctx): Promise<number> {
  return (await deleteOldReports(ctx.db, new Date(ctx.now().getTime() - retentionDays * dayMs))).rowCount;
}
