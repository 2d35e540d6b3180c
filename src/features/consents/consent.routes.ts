import { jsonBody } from '../../http/body.ts';
import { session } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { otherStatement } from './consent.errors.ts';
import { consentParams, NewConsent, RiderConsent, RiderConsentPage, toRiderConsent } from './consent.schemas.ts';
import { giveConsent, listConsents, withdrawConsent } from './consent.service.ts';

const tags = ['Privacy'];
const credential = session('account:manage');

const list = defineRoute({
  method: 'get',
  path: '/me/consents',
  operationId: 'listConsents',
  summary: 'List what you can consent to',
  description:
    'Health data is kept only with your consent. Each entry has the statement, and whether you consent to it.',
  tags,
  credential,
  responses: { 200: json(RiderConsentPage, 'All consents, given or not.') },
});

const give = defineRoute({
  method: 'put',
  path: '/me/consents/{purpose}',
  operationId: 'giveConsent',
  summary: 'Consent to a statement',
  description:
    'Show the rider the text of the statement, and send the version that they agreed to. From then on the files that you import keep this data, encrypted with a key of your own. For files that you have imported before, replace the import with the same file.',
  tags,
  credential,
  request: { params: consentParams },
  body: [jsonBody(NewConsent)],
  problems: [otherStatement],
  responses: { 200: json(RiderConsent, 'The consent.') },
});

const remove = defineRoute({
  method: 'delete',
  path: '/me/consents/{purpose}',
  operationId: 'withdrawConsent',
  summary: 'Withdraw a consent',
  description:
    'Deletes at once all data that was kept under it, and the key that it was encrypted with. Without a consent nothing happens.',
  tags,
  credential,
  request: { params: consentParams },
  responses: { 204: { description: 'You do not consent, and the data is deleted.' } },
});

export const consentRoutes = createRouter()
  .openapi(list, async (c) => {
    const consents = await listConsents(c.var.ctx);
    return c.json({ items: consents.map(toRiderConsent), next_cursor: null }, 200);
  })
  .openapi(give, async (c) => {
    const [{ purpose }, { statement_version: version }] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(toRiderConsent(await giveConsent(c.var.ctx, purpose, version)), 200);
  })
  .openapi(remove, async (c) => {
    await withdrawConsent(c.var.ctx, c.req.valid('param').purpose);
    return c.body(null, 204);
  });
