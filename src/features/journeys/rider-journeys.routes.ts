import { sessionOrKey } from '../../http/credentials.ts';
import { linkNext } from '../../http/pagination.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { riderParams as params } from '../users/user.schemas.ts';
import { journeyNotFound } from './journey.errors.ts';
import { PublicJourney, PublicJourneyPage, publicJourneyListQuery, toPublicJourney } from './journey.schemas.ts';
import { getActiveJourneyOf, listJourneysOf } from './journey.service.ts';

const tags = ['Riders'];
const credential = sessionOrKey('journeys:read');

const list = defineRoute({
  method: 'get',
  path: '/users/{id}/journeys',
  operationId: 'listUserJourneys',
  summary: "List a rider's public journeys",
  description:
    'Contains the public journeys of the rider, and a journey that the rider, if you are connected, shows you exactly. A rider whom you may not see has an empty list, like an unknown id.',
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
  description:
    'You see it if it is public, or if the rider shows it to you exactly. A public journey is active for others after its `delay_h`. Otherwise the response is a 404, as without an active journey.',
  tags,
  credential,
  request: { params },
  problems: [journeyNotFound],
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
