import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createOnce } from '../../http/idempotency.ts';
import { linkNext } from '../../http/pagination.ts';
import { created, createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { adultsOnly } from '../audience/participation.errors.ts';
import { zonesChoiceRequired } from '../privacy/privacy.errors.ts';
import { tooManyJourneys, tooManyJourneysToday, tooManyVisibleJourneys } from '../usage/usage.errors.ts';
import { journeyIdTaken, journeyNotFound } from './journey.errors.ts';
import {
  fromJourneyInput,
  Journey,
  JourneyChanges,
  JourneyPage,
  journeyListQuery,
  NewJourney,
  journeyParams as params,
  toJourney,
  toVisibleJourney,
  VisibleJourney,
} from './journey.schemas.ts';
import {
  changeJourney,
  createJourney,
  getJourney,
  getOwnJourney,
  listMyJourneys,
  removeJourney,
} from './journey.service.ts';

const tags = ['Journeys'];
const read = sessionOrKey('journeys:read');
const write = sessionOrKey('journeys:write');

const create = defineVersioned({
  method: 'post',
  path: '/journeys',
  operationId: 'createJourney',
  summary: 'Plan a journey',
  description:
    'A journey is private until you make it visible, and for that you must have chosen your privacy zones. Send an `id` of your own to make a retry safe: the same `id` returns the existing journey. An `id` of another rider is refused, and for 400 days after the journey was deleted.',
  tags,
  credential: write,
  body: [jsonBody(NewJourney)],
  problems: [
    journeyIdTaken,
    adultsOnly,
    zonesChoiceRequired,
    tooManyJourneys,
    tooManyJourneysToday,
    tooManyVisibleJourneys,
  ],
  responses: { 201: created(Journey, 'The journey.') },
});

const list = defineRoute({
  method: 'get',
  path: '/journeys',
  operationId: 'listJourneys',
  summary: 'List your journeys, newest first',
  description: 'Contains your journeys of every status and visibility.',
  tags,
  credential: read,
  request: { query: journeyListQuery },
  responses: { 200: json(JourneyPage, 'A page of journeys.') },
});

const get = defineVersioned({
  method: 'get',
  path: '/journeys/{id}',
  operationId: 'getJourney',
  summary: 'Read your journey, or the public part of another one',
  description:
    'You see your own journey, a public journey, and a journey that a connected rider shows you exactly. Every other journey is a 404, like an unknown id.',
  tags,
  credential: read,
  request: { params },
  problems: [journeyNotFound],
  responses: {
    200: json(
      VisibleJourney,
      'The journey. A journey of another rider has no days, unless that rider has granted you `exact`.',
    ),
  },
});

const change = defineVersioned({
  method: 'patch',
  path: '/journeys/{id}',
  operationId: 'updateJourney',
  summary: 'Change a journey',
  description:
    'A field that you leave out stays as it is, and `null` clears a field. A change of visibility, days or delay applies at once to what others see.',
  tags,
  credential: write,
  request: { params },
  body: [jsonBody(JourneyChanges)],
  problems: [journeyNotFound, adultsOnly, zonesChoiceRequired, tooManyVisibleJourneys],
  responses: { 200: json(Journey, 'The updated journey.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/journeys/{id}',
  operationId: 'deleteJourney',
  summary: 'Delete a journey with its markers and routes',
  description: 'Other riders no longer see it or meet you on it. This cannot be undone.',
  tags,
  credential: write,
  request: { params },
  problems: [journeyNotFound],
  responses: { 204: { description: 'The journey is deleted.' } },
});

export const journeyRoutes = createRouter()
  .openapi(create, async (c) => {
    const { id, name, ...rest } = c.req.valid('json');
    return await createOnce(c, {
      create: (ctx) => createJourney(ctx, { ...fromJourneyInput(rest), id, name }),
      readAgain: (ctx, [created]) => getOwnJourney(ctx, created),
      present: (journey) =>
        c.json(toJourney(journey), 201, { Location: `/v1/journeys/${journey.id}`, ...etag(journey) }),
    });
  })
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listMyJourneys(c.var.ctx, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toJourney), next_cursor: nextCursor }, 200);
  })
  .openapi(get, async (c) => {
    const journey = await getJourney(c.var.ctx, c.req.valid('param').id);
    return c.json(toVisibleJourney(journey), 200, journey.audience === 'owner' ? etag(journey) : {});
  })
  .openapi(change, async (c) => {
    const changes = fromJourneyInput(c.req.valid('json'));
    const journey = await changeJourney(c.var.ctx, c.req.valid('param').id, changes, ifMatch(c));
    return c.json(toJourney(journey), 200, etag(journey));
  })
  .openapi(remove, async (c) => {
    await removeJourney(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.body(null, 204);
  });
