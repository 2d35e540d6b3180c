import { jsonBody } from '../../http/body.ts';
import { session } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createOnce } from '../../http/idempotency.ts';
import { created, createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { reauthenticationRequired } from '../access/access.errors.ts';
import { apiKeyNotFound, tooManyApiKeys } from './api-key.errors.ts';
import {
  ApiKey,
  ApiKeyChanges,
  ApiKeyPage,
  CreatedApiKey,
  fromKeyChanges,
  NewApiKey,
  keyParams as params,
  toApiKey,
  toCreatedApiKey,
} from './api-key.schemas.ts';
import { changeKey, createKey, getMyKey, listMyKeys, removeKey } from './api-key.service.ts';

const tags = ['API keys'];
const credential = session('account:manage');

const create = defineVersioned({
  method: 'post',
  path: '/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key',
  description:
    'With a key, a script can act for you within the scopes that you choose, but never on the account itself. Send the token of the key as a bearer token. Needs a login or `POST /v1/auth/reauthenticate` within the last ten minutes.',
  tags,
  credential,
  body: [jsonBody(NewApiKey)],
  problems: [reauthenticationRequired, tooManyApiKeys],
  responses: {
    201: created(
      CreatedApiKey,
      'The key. Only this response contains its token. A replay under the same `Idempotency-Key` does not.',
    ),
  },
});

const list = defineRoute({
  method: 'get',
  path: '/api-keys',
  operationId: 'listApiKeys',
  summary: 'List your API keys, oldest first',
  description: 'You have at most 20 keys, so all are on one page. The tokens of the keys are never shown again.',
  tags,
  credential,
  responses: { 200: json(ApiKeyPage, 'All your keys.') },
});

const change = defineVersioned({
  method: 'patch',
  path: '/api-keys/{id}',
  operationId: 'updateApiKey',
  summary: 'Rename an API key, change its scopes or its expiry, or switch it on or off',
  description:
    'Takes effect with the next request of the key. A field that you leave out stays as it is. Needs a login or `POST /v1/auth/reauthenticate` within the last ten minutes.',
  tags,
  credential,
  request: { params },
  body: [jsonBody(ApiKeyChanges)],
  problems: [reauthenticationRequired, apiKeyNotFound],
  responses: { 200: json(ApiKey, 'The updated key.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/api-keys/{id}',
  operationId: 'deleteApiKey',
  summary: 'Delete an API key',
  description: 'The key stops working at once. You can delete a leaked key without confirming your password first.',
  tags,
  credential,
  request: { params },
  problems: [apiKeyNotFound],
  responses: { 204: { description: 'The key is deleted.' } },
});

export const apiKeyRoutes = createRouter()
  .openapi(create, async (c) => {
    const { expires_at, ...rest } = c.req.valid('json');
    const expiresAt = expires_at ? new Date(expires_at) : null;
    return await createOnce(c, {
      create: (ctx) => createKey(ctx, { ...rest, expiresAt }),
      readAgain: async (ctx, [id]) => ({ key: await getMyKey(ctx, id) }),
      present: (created) =>
        c.json(toCreatedApiKey(created), 201, { Location: `/v1/api-keys/${created.key.id}`, ...etag(created.key) }),
    });
  })
  .openapi(list, async (c) => {
    const keys = await listMyKeys(c.var.ctx);
    return c.json({ items: keys.map(toApiKey), next_cursor: null }, 200);
  })
  .openapi(change, async (c) => {
    const changes = fromKeyChanges(c.req.valid('json'));
    const key = await changeKey(c.var.ctx, c.req.valid('param').id, changes, ifMatch(c));
    return c.json(toApiKey(key), 200, etag(key));
  })
  .openapi(remove, async (c) => {
    await removeKey(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.body(null, 204);
  });
