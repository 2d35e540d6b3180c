import { type Creating, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { userNotFound } from '../access/access.errors.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { findDisclosed, myDisclosed } from '../discovery/disclosure.service.ts';
import { reportedOneself, tooManyReports } from './report.errors.ts';
import {
  deleteOver,
  forgetMessages,
  hasRoom,
  lockReporter,
  otherOfConnection,
  putReport,
  riderById,
} from './report.repository.ts';
import { type Named, reportIdOf } from './report.rules.ts';
import type { ReportRow } from './report.table.ts';

const dayS = 24 * 60 * 60;
const keptDays = 180;

export type NewReport = { named: Named; reason: ReportRow['reason']; message: string };
export type MadeReport = NewReport & { id: string };

/**
 * What is answered is made of what was said and of nothing else: whether anybody has what was named, whether two names
 * are one rider, and what an admin made of it before, is told to nobody. So are the counts. The audit keeps the report's
 * id and not the rider's, who would read it in their own.
 */
export async function createReport(ctx: Creating<MadeReport>, report: NewReport): Promise<MadeReport> {
  const { userId } = requireScope(ctx, 'profile:write');
  const { named, reason, message } = report;
  if (named.by === 'user_id' && named.value === userId) throw reportedOneself();

  const made = { ...report, id: reportIdOf(ctx.config.keys.report, userId, named) };
  const row = { id: made.id, reporterId: userId, namedBy: named.by, reason, message, madeAt: ctx.now() };
  await commit(ctx, {
    kept: await ctx.keep?.(made),
    guards: [{ condition: lockReporter(userId), error: userNotFound }, reportsSeldom(ctx, userId, made.id)],
    statements: [
      putReport(ctx.db, row, await whoIs(ctx, userId, named)),
      recordAudit(ctx, 'reports.create', { subjectId: made.id }),
    ],
  });
  return made;
}

async function whoIs(ctx: Ctx, userId: string, { by, value }: Named) {
  if (by === 'connection_id') return otherOfConnection(value, userId);
  if (by === 'user_id') return riderById(value);
  const { rows } = await myDisclosed(ctx, userId);
  return riderById(findDisclosed(ctx, value, rows)?.rider_id ?? null);
}

function reportsSeldom(ctx: Ctx, userId: string, id: string) {
  const most = ctx.config.reportsPerDay;
  const headers = {
    'Retry-After': String(dayS),
    RateLimit: `"reports";r=0;t=${dayS}`,
    'RateLimit-Policy': `"reports";q=${most};w=${dayS}`,
  };
  const since = new Date(ctx.now().getTime() - dayS * 1_000);
  return { condition: hasRoom(userId, id, most, since), error: () => tooManyReports({ headers }) };
}

/** Unsent: of a rider who goes nothing stays that was said of them. */
export const reportMessagesForgotten = (ctx: Ctx, riderId: string) => forgetMessages(ctx.db, riderId);

export async function forgetReports(ctx: Ctx): Promise<number> {
  return (await deleteOver(ctx.db, new Date(ctx.now().getTime() - keptDays * dayS * 1_000))).rowCount;
}
