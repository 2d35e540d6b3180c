import type { Ctx } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { reportNotFound, reportSettled, tooManyReports } from './report.errors.ts';
import { hasRoom, isInState, lockReportRow } from './report.repository.ts';
import type { ReportRow } from './report.table.ts';

const dayS = 24 * 60 * 60;

/** The rider, who is already locked, may report one more today, or has made this report today already. */
export function requireUnderDailyLimit(ctx: Ctx, userId: string, id: string): Guard {
  const max = ctx.config.reportsPerDay;
  const quota = { name: 'reports', max, left: 0, periodSeconds: dayS, resetSeconds: dayS };
  const since = new Date(ctx.now().getTime() - dayS * 1_000);
  return { stage: 'state', condition: hasRoom(userId, id, max, since), error: () => tooManyReports({ quota }) };
}

/** The report is about this rider; it is locked. */
export const requireReportAbout = (id: string, reportedId: string): Guard => ({
  stage: 'rows',
  condition: lockReportRow(id, reportedId),
  error: reportNotFound,
});

export const requireReportState = (id: string, state: ReportRow['state']): Guard => ({
  stage: 'state',
  condition: isInState(id, state),
  error: reportSettled,
});
