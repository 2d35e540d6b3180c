import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { createOnce } from '../../http/idempotency.ts';
import { createRouter, defineRoute, json, problems } from '../../http/router.ts';
import { fromNewReport, NewReport, Report, toReport } from './report.schemas.ts';
import { createReport } from './report.service.ts';

const create = defineRoute({
  method: 'post',
  path: '/reports',
  operationId: 'createReport',
  summary: 'Report somebody to the admins. They are not told, and who reported them is told to nobody else',
  description:
    'The answer is the same whether there is such a rider or not. Reporting the same again replaces what was said.',
  tags: ['Riders'],
  credential: sessionOrKey('profile:write'),
  body: [jsonBody(NewReport)],
  responses: { 201: json(Report, 'The report.'), 409: problems[409] },
});

export const reportRoutes = createRouter().openapi(create, async (c) => {
  const said = fromNewReport(c.req.valid('json'));
  return await createOnce(c, {
    create: (ctx) => createReport(ctx, said),
    // The answer is made of what was said, and of nothing that has become of it.
    again: async (_, [id]) => ({ ...said, id }),
    present: (report) => c.json(toReport(report), 201, { Location: `/v1/reports/${report.id}` }),
  });
});
