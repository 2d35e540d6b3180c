import type { z } from '@hono/zod-openapi';
import { sessionOrKey } from '../../http/credentials.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { linkNext } from '../../http/pagination.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json, jsonText } from '../../http/router.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { dayListQuery, PlannedDayPage, toPlannedDay } from './day.schemas.ts';
import { listDays } from './day.service.ts';
import { JourneyStats, Route, routeQuery, toJourneyStats, toRouteText } from './track.schemas.ts';
import { getRoute, getStats } from './track.service.ts';

const tags = ['Routes'];
const credential = sessionOrKey('journeys:read');
const geoJson = 'application/geo+json';

const route = defineRoute({
  method: 'get',
  path: '/journeys/{id}/route',
  operationId: 'getRoute',
  summary: 'Read the planned or ridden line of a journey as GeoJSON',
  description:
    'You get the whole line of your own journey. Of a public journey of another rider you get the line without its ends and privacy zones, and a ridden line with the delay of the journey. A journey that a connected rider shows you exactly has no delay.',
  tags,
  credential,
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params, query: routeQuery },
  problems: [journeyNotFound],
  responses: {
    200: {
      description: 'The lines in order. A journey without lines has no features.',
      content: { [geoJson]: { schema: Route } },
    },
  },
});

const stats = defineRoute({
  method: 'get',
  path: '/journeys/{id}/stats',
  operationId: 'getJourneyStats',
  summary: 'Read the distance, ascent, days and extent of your journey',
  description:
    'Counts the whole lines of your own journey, also what other riders do not see. Planned days come from `daily_distance_m`, and ridden days from the times in the files.',
  tags,
  credential,
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params },
  problems: [journeyNotFound],
  responses: { 200: json(JourneyStats, 'The totals.') },
});

const days = defineRoute({
  method: 'get',
  path: '/journeys/{id}/days',
  operationId: 'listJourneyDays',
  summary: 'List the planned days of a journey',
  description:
    'Cuts the planned line into days of `daily_distance_m`, with the ascent and the daylight of each day. You see the days of your own journey, and of a journey that a connected rider shows you exactly.',
  tags,
  credential,
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params, query: dayListQuery },
  problems: [journeyNotFound],
  responses: {
    200: json(PlannedDayPage, 'A page of days, in order. Empty if the journey has no plan or no daily distance.'),
  },
});

export const trackRoutes = createRouter()
  .openapi(route, async (c) => {
    const { as = 'plan', tolerance_m, max_points } = c.req.valid('query');
    const view = { kind: as, toleranceM: tolerance_m, maxPoints: max_points };
    const lines = await getRoute(c.var.ctx, c.req.valid('param').id, view);
    return jsonText<z.infer<typeof Route>>(c, toRouteText(lines), geoJson);
  })
  .openapi(stats, async (c) => c.json(toJourneyStats(await getStats(c.var.ctx, c.req.valid('param').id)), 200))
  .openapi(days, async (c) => {
    const { items, nextCursor } = await listDays(c.var.ctx, c.req.valid('param').id, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toPlannedDay), next_cursor: nextCursor }, 200);
  });
