import { sessionOrKey } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { Disclosures, toDisclosures } from './disclosure.schemas.ts';
import { getMyDisclosures } from './disclosure.service.ts';

const mine = defineRoute({
  method: 'get',
  path: '/me/disclosures',
  operationId: 'getMyDisclosures',
  summary: 'To how many new riders was I shown lately? Never to whom',
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  responses: { 200: json(Disclosures, 'The last seven days.') },
});

export const disclosureRoutes = createRouter().openapi(mine, async (c) =>
  c.json(toDisclosures(await getMyDisclosures(c.var.ctx)), 200),
);
