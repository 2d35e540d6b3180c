import { sessionOrKey } from '../../http/credentials.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { addQuotaHeaders, quotaHeaders } from '../../http/quota.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { participationProblems } from '../audience/participation.errors.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { searchErrors, searchTooWide } from './discovery.errors.ts';
import { EncounterPage, nearbyQuery, toEncounter } from './encounter.schemas.ts';
import { listEncounters } from './encounter.service.ts';

const nearby = defineRoute({
  method: 'get',
  path: '/journeys/{id}/nearby',
  operationId: 'listEncounters',
  summary: 'List riders whose route and days come near your journey, nearest first',
  description:
    'Searches from a journey of yours that has days and that other riders may see, and shows where they come near it, on roughly which days. You must be an adult with an account that is old enough (72 hours by default), and must not be hidden. Riders whom you have not seen before count towards a weekly limit, once on public journeys and once on discoverable ones, and the headers of the response say what is left of it.',
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params, query: nearbyQuery },
  problems: [journeyNotFound, searchTooWide, ...participationProblems, ...Object.values(searchErrors)],
  responses: {
    200: { ...json(EncounterPage, 'The encounters.'), headers: quotaHeaders },
  },
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
  if (views) addQuotaHeaders(c, [views]);
  return c.json({ items: encounters.map(toEncounter), next_cursor: null }, 200);
});
