import { ignored } from '../../http/credentials.ts';
import { createRouter, defineRoute, problems } from '../../http/router.ts';
import { unsubscribeQuery } from './unsubscribe.schemas.ts';
import { unsubscribe } from './unsubscribe.service.ts';

const endDigests = defineRoute({
  method: 'post',
  path: '/mail/unsubscribe',
  operationId: 'endDigests',
  summary: 'For mail programs: no more mails of riders near (RFC 8058). The body is not looked at; twice is fine',
  tags: ['Mail'],
  credential: ignored,
  // Mail programs send a form in parts (RFC 8058 section 3.2).
  isBodyIgnored: true,
  request: { query: unsubscribeQuery },
  responses: { 204: { description: 'There will be none.' }, 404: problems[404] },
});

export const unsubscribeRoutes = createRouter().openapi(endDigests, async (c) => {
  await unsubscribe(c.var.ctx, c.req.valid('query').token);
  return c.body(null, 204);
});
