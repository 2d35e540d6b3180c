import { session } from '../../http/credentials.ts';
import { ifMatch } from '../../http/etag.ts';
import { createRouter, defineVersioned } from '../../http/router.ts';
import { deleteMe } from './deletion.service.ts';

const remove = defineVersioned({
  method: 'delete',
  path: '/me',
  operationId: 'deleteMe',
  summary: 'Delete my account and everything of mine. Show the password again first',
  tags: ['Riders'],
  credential: session('account:manage'),
  responses: { 204: { description: 'Gone.' } },
});

export const accountRoutes = createRouter().openapi(remove, async (c) => {
  await deleteMe(c.var.ctx, ifMatch(c));
  return c.body(null, 204);
});
