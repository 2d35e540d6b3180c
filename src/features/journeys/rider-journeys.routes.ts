import { sessionOrKey } from '../../http/credentials.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import {
  PublicJourney,
  PublicJourneyPage,
  journeyParams as params,
  publicJourneyListQuery,
  toPublicJourney,
} from './journey.schemas.ts';
import { getActiveJourneyOf, listJourneysOf } from './journey.service.ts';

const tags = ['Riders'];
const credential = sessionOrKey('journeys:read');

const list = defineRoute({
  method: 'get',
  path: '/users/{id}/journeys',
  operationId: 'listUserJourneys',
  summary: "List a rider's public journeys",
  tags,
  credential,
  request: { params, query: publicJourneyListQuery },
  responses: { 200: json(PublicJourneyPage, 'A page of journeys.') },
});

const active = defineRoute({
  method: 'get',
  path: '/users/{id}/journeys/active',
  operationId: 'getUserActiveJourney',
  summary: "Read a rider's active journey",
  description: 'Only a public journey is shown.',
  tags,
  credential,
  request: { params },
  responses: { 200: json(PublicJourney, 'The journey.') },
});

export const riderJourneyRoutes = createRouter()
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listJourneysOf(c.var.ctx, c.req.valid('param').id, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toPublicJourney), next_cursor: nextCursor }, 200);
  })
  .openapi(active, async (c) => {
    const journey = await getActiveJourneyOf(c.var.ctx, c.req.valid('param').id);
    return c.json(toPublicJourney(journey), 200);
  });
