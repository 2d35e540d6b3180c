import { jsonBody } from '../../http/body.ts';
import { session } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { reauthenticationRequired, userNotFound } from '../access/access.errors.ts';
import { AuditRecordPage, auditRecordQuery, toAuditRecord } from '../audit/audit.schemas.ts';
import { listAudit } from '../audit/audit-admin.service.ts';
import { unlockAccount } from '../auth/attempt.service.ts';
import { startReset } from '../auth/password.service.ts';
import { MailSent } from '../auth/registration.schemas.ts';
import { lastAdmin } from '../users/user.errors.ts';
import {
  Account,
  AccountChanges,
  AccountPage,
  accountQuery,
  accountParams as params,
  toAccount,
} from '../users/user-admin.schemas.ts';
import { changeAccount, listAccounts } from '../users/user-admin.service.ts';

const tags = ['Admin'];
const credential = session('admin:manage');

const listUsers = defineRoute({
  method: 'get',
  path: '/admin/users',
  operationId: 'listUsers',
  summary: 'Search accounts, newest first',
  description:
    'Contains every account, also disabled and hidden ones. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { query: accountQuery },
  problems: [reauthenticationRequired],
  responses: { 200: json(AccountPage, 'A page of accounts.') },
});

const updateUser = defineVersioned({
  method: 'patch',
  path: '/admin/users/{id}',
  operationId: 'updateUser',
  summary: 'Change the role of an account, or disable or enable it',
  description:
    'Takes effect with the next request of the account, and disabling it ends its sessions. The last admin cannot be demoted or disabled. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { params },
  body: [jsonBody(AccountChanges)],
  problems: [reauthenticationRequired, lastAdmin, userNotFound],
  responses: { 200: json(Account, 'The account.') },
});

const unlock = defineRoute({
  method: 'post',
  path: '/admin/users/{id}/unlock',
  operationId: 'unlockUser',
  summary: 'Unlock an account after too many wrong passwords',
  description:
    'Everybody who has the password can log in again. A network with many wrong passwords still has to wait. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { params },
  problems: [reauthenticationRequired, userNotFound],
  responses: { 204: { description: 'The account is unlocked.' } },
});

const resetPassword = defineRoute({
  method: 'post',
  path: '/admin/users/{id}/password-reset',
  operationId: 'startPasswordReset',
  summary: 'Mail a rider a link to set a new password',
  description:
    'Only the rider receives the link, which is valid for 60 minutes. The old password works until the rider sets a new one. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { params },
  problems: [reauthenticationRequired, userNotFound],
  responses: { 202: json(MailSent, 'A mail is on its way, unless the address has reached its limit of mails.') },
});

const readAudit = defineRoute({
  method: 'get',
  path: '/admin/audit',
  operationId: 'listAudit',
  summary: 'List what happened to all accounts, newest first',
  description:
    'A record must match all filters. Only an admin may call this, within ten minutes of a login or of `POST /v1/auth/reauthenticate`.',
  tags,
  credential,
  request: { query: auditRecordQuery },
  problems: [reauthenticationRequired],
  responses: { 200: json(AuditRecordPage, 'A page of audit records.') },
});

export const adminRoutes = createRouter()
  .openapi(listUsers, async (c) => {
    const { disabled, ...query } = c.req.valid('query');
    const isDisabled = disabled === undefined ? undefined : disabled === 'true';
    const { items, nextCursor } = await listAccounts(c.var.ctx, { ...query, isDisabled });
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toAccount), next_cursor: nextCursor }, 200);
  })
  .openapi(updateUser, async (c) => {
    const { role, disabled: isDisabled } = c.req.valid('json');
    const account = await changeAccount(c.var.ctx, c.req.valid('param').id, { role, isDisabled }, ifMatch(c));
    return c.json(toAccount(account), 200, etag(account));
  })
  .openapi(unlock, async (c) => {
    await unlockAccount(c.var.ctx, c.req.valid('param').id);
    return c.body(null, 204);
  })
  .openapi(resetPassword, async (c) => {
    await startReset(c.var.ctx, c.req.valid('param').id);
    return c.json({ status: 'accepted' as const }, 202);
  })
  .openapi(readAudit, async (c) => {
    const { actor_id: actorId, subject_id: subjectId, from, to, ...query } = c.req.valid('query');
    const period = { from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined };
    const { items, nextCursor } = await listAudit(c.var.ctx, { ...query, ...period, actorId, subjectId });
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toAuditRecord), next_cursor: nextCursor }, 200);
  });
