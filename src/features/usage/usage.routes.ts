import { sessionOrKey } from '../../http/credentials.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { toUsage, Usage } from './usage.schemas.ts';
import { getUsage } from './usage.service.ts';

const get = defineRoute({
  method: 'get',
  path: '/me/usage',
  operationId: 'getMyUsage',
  summary: 'Read how much you use, and how much you may use',
  description:
    'A call that would pass a `max` is refused with a code of its own: 409 for what you have, and 429 for what you make in a day. A day begins with the first thing that you make in it and ends 24 hours later.',
  tags: ['Riders'],
  credential: sessionOrKey('profile:read'),
  responses: { 200: json(Usage, 'What you use, and the maximum of each.') },
});

export const usageRoutes = createRouter().openapi(get, async (c) => c.json(toUsage(await getUsage(c.var.ctx)), 200));
