import { sessionOrKey } from '../../http/credentials.ts';
import { patient } from '../../http/open-context.ts';
import { quotaHeaders, tellQuotas } from '../../http/quota.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json, problems } from '../../http/router.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { EncounterPage, nearbyQuery, toEncounter } from './encounter.schemas.ts';
import { listEncounters } from './encounter.service.ts';

const nearby = defineRoute({
  method: 'get',
  path: '/journeys/{id}/nearby',
  operationId: 'listEncounters',
  summary: 'Whom would I meet? Riders whose route and days come near this journey of mine, nearest first',
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  middleware: [limitRate('heavy'), patient],
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
  tellQuotas(c, views);
  return c.json({ items: encounters.map(toEncounter), next_cursor: null }, 200);
});
