import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createRouter, defineVersioned, json } from '../../http/router.ts';
import { Journey, journeyParams as params, toJourney } from './journey.schemas.ts';
import { activateJourney, completeJourney, deactivateJourney } from './journey.service.ts';

const action = <P extends string>(path: P, operationId: string, summary: string) =>
  defineVersioned({
    method: 'post',
    path,
    operationId,
    summary,
    tags: ['Journeys'],
    credential: sessionOrKey('journeys:write'),
    request: { params },
    responses: { 200: json(Journey, 'The journey as it is now.') },
  });

const activate = action(
  '/journeys/{id}/activate',
  'activateJourney',
  'Set out: the one active journey becomes this one',
);
const deactivate = action('/journeys/{id}/deactivate', 'deactivateJourney', 'Back to planned');
const complete = action(
  '/journeys/{id}/complete',
  'completeJourney',
  'Arrived: it is no longer shown to riders nearby',
);

export const journeyStatusRoutes = createRouter()
  .openapi(activate, async (c) => {
    const journey = await activateJourney(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.json(toJourney(journey), 200, etag(journey));
  })
  .openapi(deactivate, async (c) => {
    const journey = await deactivateJourney(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.json(toJourney(journey), 200, etag(journey));
  })
  .openapi(complete, async (c) => {
    const journey = await completeJourney(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.json(toJourney(journey), 200, etag(journey));
  });
