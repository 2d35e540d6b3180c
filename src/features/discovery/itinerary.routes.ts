import { sessionOrKey } from '../../http/credentials.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { participationProblems } from '../audience/participation.errors.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { Itinerary, toItinerary } from './itinerary.schemas.ts';
import { getItinerary } from './itinerary.service.ts';

const itinerary = defineRoute({
  method: 'get',
  path: '/journeys/{id}/itinerary',
  operationId: 'getItinerary',
  summary: 'List where a journey is on which days, on the 25 km grid',
  description:
    'You see your own journey as connected riders see it. A journey of a connected rider has exact days, a public journey has approximate ones. The list is empty while no other rider may see the journey.',
  tags: ['Discovery'],
  credential: sessionOrKey('journeys:read'),
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params },
  problems: [journeyNotFound, ...participationProblems],
  responses: { 200: json(Itinerary, 'The days and their cells, without privacy zones and the ends of lines.') },
});

export const itineraryRoutes = createRouter().openapi(itinerary, async (c) =>
  c.json(toItinerary(await getItinerary(c.var.ctx, c.req.valid('param').id)), 200),
);
