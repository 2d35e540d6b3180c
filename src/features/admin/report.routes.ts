import { jsonBody } from '../../http/body.ts';
import { session } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { reauthenticationRequired, userNotFound } from '../access/access.errors.ts';
import { reportNotFound, reportSettled } from '../reports/report.errors.ts';
import {
  reportParams as params,
  ReceivedReport,
  ReceivedReportPage,
  reportListQuery,
  Settlement,
  toReceivedReport,
} from '../reports/report-admin.schemas.ts';
import { listAllReports, settleReport } from '../reports/report-admin.service.ts';
import { lastAdmin } from '../users/user.errors.ts';

const tags = ['Admin'];
const credential = session('admin:manage');

const list = defineRoute({
  method: 'get',
  path: '/admin/reports',
  operationId: 'listReports',
  summary: 'List reports about riders, newest first',
  description:
    'An open report of one rider about another is listed once, however often it was made. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { query: reportListQuery },
  problems: [reauthenticationRequired],
  responses: { 200: json(ReceivedReportPage, 'A page of reports.') },
});

const settle = defineVersioned({
  method: 'post',
  path: '/admin/reports/{id}/settle',
  operationId: 'settleReport',
  summary: 'Dismiss a report, or disable the reported account',
  description:
    'Settles all open reports of the reporter about that rider. Neither is notified, the last admin cannot be disabled, and repeating the call with the same outcome changes nothing. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { params },
  body: [jsonBody(Settlement)],
  problems: [reauthenticationRequired, lastAdmin, userNotFound, reportNotFound, reportSettled],
  responses: { 200: json(ReceivedReport, 'The updated report.') },
});

export const adminReportRoutes = createRouter()
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listAllReports(c.var.ctx, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toReceivedReport), next_cursor: nextCursor }, 200);
  })
  .openapi(settle, async (c) => {
    const report = await settleReport(c.var.ctx, c.req.valid('param').id, c.req.valid('json'), ifMatch(c));
    return c.json(toReceivedReport(report), 200, etag(report));
  });
