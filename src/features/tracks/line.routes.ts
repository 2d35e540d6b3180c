import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { linkNext } from '../../http/pagination.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams } from '../journeys/journey.schemas.ts';
import {
  JourneyTrack,
  JourneyTrackChanges,
  JourneyTrackPage,
  lineListQuery,
  lineParams as params,
  toJourneyTrack,
} from './line.schemas.ts';
import { changeLine, listLines, removeLine } from './line.service.ts';
import { trackNotFound } from './track.errors.ts';

const tags = ['Routes'];
// A change of a line recomputes what others see of the journey.
const middleware = [limitRate('heavy'), extendDeadline];

const list = defineRoute({
  method: 'get',
  path: '/journeys/{id}/tracks',
  operationId: 'listTracks',
  summary: 'List the lines of your journey in order',
  description:
    'First the lines to ride, then the ridden ones, each with its place in the order and without its points. `/route` has the points, under the same ids. Only the rider of the journey can read the list.',
  tags,
  credential: sessionOrKey('journeys:read'),
  request: { params: journeyParams, query: lineListQuery },
  problems: [journeyNotFound],
  responses: { 200: json(JourneyTrackPage, 'A page of lines.') },
});

const change = defineVersioned({
  method: 'patch',
  path: '/journeys/{id}/tracks/{track_id}',
  operationId: 'updateTrack',
  summary: 'Rename a line, or move it in the order',
  description:
    'A field that you leave out stays as it is, and `null` clears the name. The other lines keep their order; read the list for their new places. The days of a plan follow its order at once.',
  tags,
  credential: sessionOrKey('journeys:write'),
  middleware,
  request: { params },
  body: [jsonBody(JourneyTrackChanges)],
  problems: [journeyNotFound, trackNotFound],
  responses: { 200: json(JourneyTrack, 'The updated line.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/journeys/{id}/tracks/{track_id}',
  operationId: 'deleteTrack',
  summary: 'Delete a line',
  description:
    'Other riders no longer see it. Searches no longer find you there, once you are on the way from the night after the delay on. The other lines of its file stay, and so do the markers and the receipt of the import.',
  tags,
  credential: sessionOrKey('journeys:write'),
  middleware,
  request: { params },
  problems: [journeyNotFound, trackNotFound],
  responses: { 204: { description: 'The line is deleted.' } },
});

export const lineRoutes = createRouter()
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listLines(c.var.ctx, c.req.valid('param').id, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toJourneyTrack), next_cursor: nextCursor }, 200);
  })
  .openapi(change, async (c) => {
    const { id, track_id } = c.req.valid('param');
    const line = await changeLine(c.var.ctx, id, track_id, c.req.valid('json'), ifMatch(c));
    return c.json(toJourneyTrack(line), 200, etag(line));
  })
  .openapi(remove, async (c) => {
    const { id, track_id } = c.req.valid('param');
    await removeLine(c.var.ctx, id, track_id, ifMatch(c));
    return c.body(null, 204);
  });
