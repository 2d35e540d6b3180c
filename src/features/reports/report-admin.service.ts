import { type Ctx, requireSession } from '../../context.ts';
import { commit, query } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { requireOtherAdmin } from '../users/user-admin.guards.ts';
import { disableAccount } from '../users/user-admin.writes.ts';
import { reportNotFound } from './report.errors.ts';
import { requireReportAbout, requireReportState } from './report.guards.ts';
import { type Report, selectReport, selectReports, settleReports } from './report.repository.ts';
import { type ReportRow, reports } from './report.table.ts';

type Search = { state?: ReportRow['state'] | undefined; limit?: number | undefined; cursor?: string | undefined };

export async function listAllReports(ctx: Ctx, { state, limit = defaultLimit, cursor }: Search): Promise<Page<Report>> {
  const [guards, list] = [[requireAdmin(ctx)], `reports:${state ?? 'all'}`];
  const position = { after: openCursor(ctx, list, cursor), limit: limit + 1 };
  const { rows } = await query(ctx, { guards, reads: { rows: selectReports(ctx.db, state, position) } });
  return cutPage(ctx, list, rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

type Settlement = { outcome: Exclude<ReportRow['state'], 'open'>; note: string };

const actions = { dismissed: 'reports.dismiss', suspended: 'reports.suspend' } as const;

/**
 * Settling it again with the same outcome changes nothing. Neither rider is notified, and neither rider's audit shows
 * it.
 */
export async function settleReport(
  ctx: Ctx,
  id: string,
  settlement: Settlement,
  expected?: ExpectedVersions,
): Promise<Report> {
  const { userId } = requireSession(ctx, 'admin:manage');
  const { outcome, note } = settlement;
  const existing = await query(ctx, { guards: [requireAdmin(ctx)], reads: { report: selectReport(ctx.db, id) } });
  const { reported, state } = requireReport(existing.report);

  const isRepeat = state === outcome;
  const guards = [
    requireAdmin(ctx),
    ...(outcome === 'suspended' ? [...requireOtherAdmin(reported.id), requireAccount(reported.id)] : []),
    requireReportAbout(id, reported.id),
    ...requireVersion(reports, id, expected),
    requireReportState(id, isRepeat ? outcome : 'open'),
  ];
  if (isRepeat) {
    const { report } = await query(ctx, { guards, reads: { report: selectReport(ctx.db, id) } });
    return requireReport(report);
  }
  const { report } = await commit(ctx, {
    guards,
    writes: {
      settle: settleReports(ctx.db, id, { outcome, note, settledBy: userId, settledAt: ctx.now() }),
      audit: recordAudit(ctx, actions[outcome], { subjectId: id }),
      account: outcome === 'suspended' ? disableAccount(ctx, reported.id) : undefined,
      report: selectReport(ctx.db, id),
    },
  });
  return requireReport(report);
}

function requireReport([report]: readonly Report[]): Report {
  if (!report) throw reportNotFound();
  return report;
}
