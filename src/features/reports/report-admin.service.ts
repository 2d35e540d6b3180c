import { type Ctx, requireSession } from '../../context.ts';
import { commit } from '../../db/commit-in-order.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { type Expected, requireVersion } from '../../db/version.ts';
import { requireAccount, requireAdmin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { requireOtherAdmin } from '../users/user-admin.guards.ts';
import { disableAccount } from '../users/user-admin.writes.ts';
import { reportNotFound, reportSettled } from './report.errors.ts';
import { isAbout, isInState, listReports, type Report, selectReport, settleReports } from './report.repository.ts';
import { type ReportRow, reports } from './report.table.ts';

type Search = { state?: ReportRow['state'] | undefined; limit?: number | undefined; cursor?: string | undefined };

export async function listAllReports(ctx: Ctx, { state, limit = defaultLimit, cursor }: Search): Promise<Page<Report>> {
  const [guard, list] = [requireAdmin(ctx), `reports:${state ?? 'all'}`];
  const position = { after: openCursor(ctx, list, cursor), limit: limit + 1 };
  const [rows] = await commit(ctx, { guards: [guard], statements: [listReports(ctx.db, state, position)] });
  return cutPage(ctx, list, rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

type Settlement = { outcome: Exclude<ReportRow['state'], 'open'>; note: string };

const actions = { dismissed: 'reports.dismiss', suspended: 'reports.suspend' } as const;

/** Settled once, and sent again it is as it was. Neither of the two riders is told, nor reads of it in their audit. */
export async function settleReport(ctx: Ctx, id: string, settlement: Settlement, expected?: Expected): Promise<Report> {
  const { userId } = requireSession(ctx, 'admin:manage');
  const { outcome, note } = settlement;
  const [[there]] = await commit(ctx, { guards: [requireAdmin(ctx)], statements: [selectReport(ctx.db, id)] });
  if (!there) throw reportNotFound();

  const { id: reportedId } = there.reported;
  const isRepeat = there.state === outcome;
  const guards = [
    requireAdmin(ctx),
    ...(outcome === 'suspended' ? [...requireOtherAdmin(reportedId), requireAccount(reportedId)] : []),
    { condition: isAbout(id, reportedId), error: reportNotFound },
    ...requireVersion(reports, id, expected),
    { condition: isInState(id, isRepeat ? outcome : 'open'), error: reportSettled },
  ];
  if (isRepeat) {
    const [found] = await commit(ctx, { guards, statements: [selectReport(ctx.db, id)] });
    return foundIn(found);
  }

  const settle = settleReports(ctx.db, id, { outcome, note, settledBy: userId, settledAt: ctx.now() });
  const entry = recordAudit(ctx, actions[outcome], { subjectId: id });
  if (outcome === 'dismissed') {
    const [, , found] = await commit(ctx, { guards, statements: [settle, entry, selectReport(ctx.db, id)] });
    return foundIn(found);
  }
  const disabled = disableAccount(ctx, reportedId);
  const [, , , , , found] = await commit(ctx, {
    guards,
    statements: [settle, entry, ...disabled, selectReport(ctx.db, id)],
  });
  return foundIn(found);
}

function foundIn([report]: readonly Report[]): Report {
  if (!report) throw reportNotFound();
  return report;
}
