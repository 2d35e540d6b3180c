import { sessionOrKey } from '../../http/credentials.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { addQuotaHeaders, quotaHeaders } from '../../http/quota.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json, problems } from '../../http/router.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { EncounterPage, nearbyQuery, toEncounter } from './encounter.schemas.ts';
import { listEncounters } from './encounter.service.ts';

const nearby = defineRoute({
  method: 'get',
  path: '/journeys/{id}/nearby',
  operationId: 'listEncounters',
  summary: 'List riders whose route and days come near your journey, nearest first',
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params, query: nearbyQuery },
  responses: { 200: { ...json(EncounterPage, 'The encounters.'), headers: quotaHeaders }, 409: problems[409] },
});

export const encounterRoutes = createRouter().openapi(nearby, async (c) => {
  const { radius_m: radiusM, window_days: windowDays, when, limit } = c.req.valid('query');
  const { id: journeyId } = c.req.valid('param');
  const { encounters, views } = await listEncounters(c.var.ctx, {
    journeyId,
    radiusM,
    windowDays,
    isAnyTime: when === 'any',
    limit,
  });
  addQuotaHeaders(c, views);
  return c.json({ items: encounters.map(toEncounter), next_cursor: null }, 200);
});
