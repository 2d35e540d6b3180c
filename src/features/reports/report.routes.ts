import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { createOnce } from '../../http/idempotency.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { userNotFound } from '../access/access.errors.ts';
import { cannotReportYourself, tooManyReports } from './report.errors.ts';
import { fromNewReport, NewReport, Report, toReport } from './report.schemas.ts';
import { createReport } from './report.service.ts';

const create = defineRoute({
  method: 'post',
  path: '/reports',
  operationId: 'createReport',
  summary: 'Report a rider to the admins',
  description:
    'Only the admins learn of it, and the response does not reveal whether the rider exists. If you report the same `user_id`, `encounter_id` or `connection_id` again, the new report replaces the first.',
  tags: ['Riders'],
  credential: sessionOrKey('profile:write'),
  body: [jsonBody(NewReport)],
  problems: [cannotReportYourself, tooManyReports, userNotFound],
  responses: { 201: json(Report, 'The report.') },
});

export const reportRoutes = createRouter().openapi(create, async (c) => {
  const report = fromNewReport(c.req.valid('json'));
  return await createOnce(c, {
    create: (ctx) => createReport(ctx, report),
    // The response repeats the request. It does not reveal what the admins have done.
    readAgain: async (_, [id]) => ({ ...report, id }),
    present: (made) => c.json(toReport(made), 201),
  });
});
