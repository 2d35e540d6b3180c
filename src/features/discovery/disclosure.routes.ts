import { sessionOrKey } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { Disclosures, toDisclosures } from './disclosure.schemas.ts';
import { getMyDisclosures } from './disclosure.service.ts';

const mine = defineRoute({
  method: 'get',
  path: '/me/disclosures',
  operationId: 'getMyDisclosures',
  summary: 'Count the new riders to whom you were shown in the last seven days',
  description: 'The response does not name them.',
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  responses: { 200: json(Disclosures, 'The counts of the last seven days.') },
});

export const disclosureRoutes = createRouter().openapi(mine, async (c) =>
  c.json(toDisclosures(await getMyDisclosures(c.var.ctx)), 200),
);
