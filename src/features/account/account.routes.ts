import { session } from '../../http/credentials.ts';
import { ifMatch } from '../../http/etag.ts';
import { createRouter, defineVersioned } from '../../http/router.ts';
import { reauthenticationRequired, userNotFound } from '../access/access.errors.ts';
import { lastAdmin } from '../users/user.errors.ts';
import { deleteMe } from './deletion.service.ts';

const remove = defineVersioned({
  method: 'delete',
  path: '/me',
  operationId: 'deleteMe',
  summary: 'Delete your account and everything in it',
  description:
    'Deletes your journeys, connections, sessions and keys at once, and cannot be undone. You get a last mail, and the last admin cannot be deleted. Needs a login or `POST /v1/auth/reauthenticate` within the last ten minutes.',
  tags: ['Riders'],
  credential: session('account:manage'),
  problems: [reauthenticationRequired, lastAdmin, userNotFound],
  responses: { 204: { description: 'The account is deleted.' } },
});

export const accountRoutes = createRouter().openapi(remove, async (c) => {
  await deleteMe(c.var.ctx, ifMatch(c));
  return c.body(null, 204);
});
