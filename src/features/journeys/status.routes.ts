import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createRouter, defineVersioned, json } from '../../http/router.ts';
import { journeyNotFound } from './journey.errors.ts';
import { Journey, journeyParams as params, toJourney } from './journey.schemas.ts';
import { activateJourney, completeJourney, deactivateJourney } from './journey.service.ts';

const action = <P extends string>(path: P, operationId: string, summary: string, description: string) =>
  defineVersioned({
    method: 'post',
    path,
    operationId,
    summary,
    description,
    tags: ['Journeys'],
    credential: sessionOrKey('journeys:write'),
    request: { params },
    problems: [journeyNotFound],
    responses: { 200: json(Journey, 'The updated journey.') },
  });

const activate = action(
  '/journeys/{id}/activate',
  'activateJourney',
  'Start a journey',
  'You have at most one active journey: the one that was active before becomes planned again. Other riders see this after the `delay_h` of the journey. A completed journey counts again in searches from the night after that.',
);
const deactivate = action(
  '/journeys/{id}/deactivate',
  'deactivateJourney',
  'Set a journey back to planned',
  'Undoes the start or the completion of a journey. Other riders see this after the `delay_h` of the journey. A completed journey counts again in searches from the night after that.',
);
const complete = action(
  '/journeys/{id}/complete',
  'completeJourney',
  'Complete a journey',
  'Nobody sees the journey exactly any more. Other riders see that it is completed after its `delay_h`, and it no longer counts in searches from the night after that. A public journey stays readable.',
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
