import { session } from '../../http/credentials.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { AuditPage, auditQuery, toAuditEntry } from './audit.schemas.ts';
import { listMyEntries } from './audit.service.ts';

const mine = defineRoute({
  method: 'get',
  path: '/me/audit',
  operationId: 'listMyAudit',
  summary: 'List what happened to your account, newest first',
  description:
    'Contains logins, failed logins, changes of the account, ended sessions, and what admins did to the account.',
  tags: ['Identity'],
  credential: session('account:manage'),
  request: { query: auditQuery },
  responses: { 200: json(AuditPage, 'A page of audit entries.') },
});

export const auditRoutes = createRouter().openapi(mine, async (c) => {
  const { items, nextCursor } = await listMyEntries(c.var.ctx, c.req.valid('query'));
  linkNext(c, nextCursor);
  return c.json({ items: items.map(toAuditEntry), next_cursor: nextCursor }, 200);
});
