import type { z } from '@hono/zod-openapi';
import { sessionOrKey } from '../../http/credentials.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json, jsonText } from '../../http/router.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { SeenAs, seenAsQuery, toSeenAsText } from './seen-as.schemas.ts';
import { seeJourneyAs } from './seen-as.service.ts';

const seenAs = defineRoute({
  method: 'get',
  path: '/journeys/{id}/seen-as',
  operationId: 'seeJourneyAs',
  summary: 'See your journey as another rider gets it',
  description:
    'Answers what such a rider gets at this moment at each address of your journey: exactly the same content, from the same code. The rider takes part in discovery.',
  tags: ['Privacy'],
  credential: sessionOrKey('journeys:read'),
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params, query: seenAsQuery },
  problems: [journeyNotFound],
  responses: { 200: json(SeenAs, 'What they get.') },
});

export const seenAsRoutes = createRouter().openapi(seenAs, async (c) => {
  const { audience, tolerance_m: toleranceM, max_points: maxPoints } = c.req.valid('query');
  const view = await seeJourneyAs(c.var.ctx, c.req.valid('param').id, audience, { toleranceM, maxPoints });
  return jsonText<z.infer<typeof SeenAs>>(c, toSeenAsText(audience, view), 'application/json');
});
