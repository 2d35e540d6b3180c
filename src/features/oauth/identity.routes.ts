import { jsonBody } from '../../http/body.ts';
import { session } from '../../http/credentials.ts';
import { createOnce } from '../../http/idempotency.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { created, createRouter, defineRoute, json } from '../../http/router.ts';
import { reauthenticationRequired } from '../access/access.errors.ts';
import { getMyIdentity, listMyIdentities, unlinkIdentity } from './identity.service.ts';
import { linkIdentity } from './link.service.ts';
import { identityLinked, identityNotFound, identityTaken, invalidCode, lastMethod } from './oauth.errors.ts';
import { Identity, IdentityPage, NewIdentity, identityParams as params, toIdentity } from './oauth.schemas.ts';

const tags = ['Identity'];
const credential = session('account:manage');

const list = defineRoute({
  method: 'get',
  path: '/me/identities',
  operationId: 'listIdentities',
  summary: 'List the provider sign-ins that are linked to your account',
  description: 'You can sign in with each of them. All are on one page.',
  tags,
  credential,
  responses: { 200: json(IdentityPage, 'The linked sign-ins.') },
});

const link = defineRoute({
  method: 'post',
  path: '/me/identities',
  operationId: 'linkIdentity',
  summary: 'Link a provider sign-in to your account',
  description:
    'Get the `code` in a browser, as for a sign-in: `GET /v1/auth/oauth/{provider}/authorize`. You get a mail about the link. Needs a login or `POST /v1/auth/reauthenticate` within the last ten minutes.',
  tags,
  credential,
  middleware: limitRate('login'),
  body: [jsonBody(NewIdentity)],
  problems: [reauthenticationRequired, invalidCode, identityLinked, identityTaken],
  responses: { 201: created(Identity, 'The linked sign-in.') },
});

const unlink = defineRoute({
  method: 'delete',
  path: '/me/identities/{id}',
  operationId: 'unlinkIdentity',
  summary: 'Unlink a provider sign-in',
  description:
    'You can no longer sign in with it. The last way to sign in cannot be unlinked. Needs a login or `POST /v1/auth/reauthenticate` within the last ten minutes.',
  tags,
  credential,
  request: { params },
  problems: [reauthenticationRequired, identityNotFound, lastMethod],
  responses: { 204: { description: 'The sign-in is unlinked.' } },
});

export const identityRoutes = createRouter()
  .openapi(list, async (c) => {
    const rows = await listMyIdentities(c.var.ctx);
    return c.json({ items: rows.map(toIdentity), next_cursor: null }, 200);
  })
  .openapi(link, async (c) => {
    const { code, code_verifier: codeVerifier } = c.req.valid('json');
    return await createOnce(c, {
      create: (ctx) => linkIdentity(ctx, { code, codeVerifier }),
      readAgain: (ctx, [id]) => getMyIdentity(ctx, id),
      present: (identity) => c.json(toIdentity(identity), 201, { Location: `/v1/me/identities/${identity.id}` }),
    });
  })
  .openapi(unlink, async (c) => {
    await unlinkIdentity(c.var.ctx, c.req.valid('param').id);
    return c.body(null, 204);
  });
