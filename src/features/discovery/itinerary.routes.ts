import { sessionOrKey } from '../../http/credentials.ts';
import { patient } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { Itinerary, toItinerary } from './itinerary.schemas.ts';
import { getItinerary } from './itinerary.service.ts';

const itinerary = defineRoute({
  method: 'get',
  path: '/journeys/{id}/itinerary',
  operationId: 'getItinerary',
  summary:
    'Where a journey is on which days, on the 25 km grid: mine as riders in touch with me see it, theirs, and roughly when public ones are',
  tags: ['Discovery'],
  credential: sessionOrKey('journeys:read'),
  middleware: [limitRate('heavy'), patient],
  request: { params },
  responses: { 200: json(Itinerary, 'Day by day; without privacy zones and the ends of lines.') },
});

export const itineraryRoutes = createRouter().openapi(itinerary, async (c) =>
  c.json(toItinerary(await getItinerary(c.var.ctx, c.req.valid('param').id)), 200),
);
