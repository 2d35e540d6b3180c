import { ignored } from '../../http/credentials.ts';
import { createRouter, defineRoute } from '../../http/router.ts';
import { unknownUnsubscribeToken } from './discovery.errors.ts';
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
  problems: [unknownUnsubscribeToken],
  responses: { 204: { description: 'The mails are stopped.' } },
});

export const unsubscribeRoutes = createRouter().openapi(endDigests, async (c) => {
  await unsubscribe(c.var.ctx, c.req.valid('query').token);
  return c.body(null, 204);
});
