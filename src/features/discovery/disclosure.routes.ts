import { sessionOrKey } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { Disclosures, toDisclosures } from './disclosure.schemas.ts';
import { getMyDisclosures } from './disclosure.service.ts';

const get = defineRoute({
  method: 'get',
  path: '/me/disclosures',
  operationId: 'getMyDisclosures',
  summary: 'Count the riders who saw you for the first time in the last seven days',
  description:
    'Each search or mail that shows you to a rider for the first time counts. The response does not say who they are.',
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  responses: { 200: json(Disclosures, 'The counts of the last seven days.') },
});

export const disclosureRoutes = createRouter().openapi(get, async (c) =>
  c.json(toDisclosures(await getMyDisclosures(c.var.ctx)), 200),
);
