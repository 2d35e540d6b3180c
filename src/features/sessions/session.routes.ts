import { session } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { listMySessions, revokeMyOtherSessions, revokeMySession } from './my-sessions.service.ts';
import { sessionNotFound } from './session.errors.ts';
import { sessionParams as params, SessionPage, toSession } from './session.schemas.ts';

const tags = ['Identity'];
const credential = session('account:manage');

const list = defineRoute({
  method: 'get',
  path: '/auth/sessions',
  operationId: 'listSessions',
  summary: 'List your sessions, last used first',
  description:
    'A session begins with a login. It ends when you log out, after 60 days without a renewal, and after 400 days in any case. You have at most 50, so all are on one page.',
  tags,
  credential,
  responses: { 200: json(SessionPage, 'All your sessions.') },
});

const revoke = defineRoute({
  method: 'delete',
  path: '/auth/sessions/{id}',
  operationId: 'revokeSession',
  summary: 'Log out a device',
  description: 'Its tokens stop working at once. You may also end the session of this request.',
  tags,
  credential,
  request: { params },
  problems: [sessionNotFound],
  responses: { 204: { description: 'The device is logged out.' } },
});

const revokeOthers = defineRoute({
  method: 'delete',
  path: '/auth/sessions',
  operationId: 'revokeOtherSessions',
  summary: 'Log out all your other devices',
  description: 'The tokens of all other sessions stop working at once. This session and your API keys stay.',
  tags,
  credential,
  responses: { 204: { description: 'The other devices are logged out.' } },
});

export const sessionRoutes = createRouter()
  .openapi(list, async (c) => {
    const sessions = await listMySessions(c.var.ctx);
    return c.json({ items: sessions.map(toSession), next_cursor: null }, 200);
  })
  .openapi(revoke, async (c) => {
    await revokeMySession(c.var.ctx, c.req.valid('param').id);
    return c.body(null, 204);
  })
  .openapi(revokeOthers, async (c) => {
    await revokeMyOtherSessions(c.var.ctx);
    return c.body(null, 204);
  });
