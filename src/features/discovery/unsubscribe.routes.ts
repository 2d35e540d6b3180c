import { ignored } from '../../http/credentials.ts';
import { createRouter, defineRoute, problems } from '../../http/router.ts';
import { unsubscribeQuery } from './unsubscribe.schemas.ts';
import { unsubscribe } from './unsubscribe.service.ts';

const endDigests = defineRoute({
  method: 'post',
  path: '/mail/unsubscribe',
  operationId: 'endDigests',
  summary: 'Stop the mails about riders near your journeys',
  description: 'Mail programs call this (RFC 8058). The body is ignored. Repeating the call is harmless.',
  tags: ['Mail'],
  credential: ignored,
  // Mail programs send a multipart form (RFC 8058 section 3.2).
  isBodyIgnored: true,
  request: { query: unsubscribeQuery },
  responses: { 204: { description: 'The mails are stopped.' }, 404: problems[404] },
});

export const unsubscribeRoutes = createRouter().openapi(endDigests, async (c) => {
  await unsubscribe(c.var.ctx, c.req.valid('query').token);
  return c.body(null, 204);
});
