import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createOnce } from '../../http/idempotency.ts';
import { linkNext } from '../../http/pagination.ts';
import { created, createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { tooManyBytes, tooManyMarkersInAll } from '../usage/usage.errors.ts';
import { markerNotFound, tooManyMarkers, wrongTime } from './marker.errors.ts';
import {
  CreatedMarkers,
  fromMarkerChanges,
  fromNewMarker,
  Marker,
  MarkerChanges,
  MarkerPage,
  markerListQuery,
  markerParams,
  markersParams,
  NewMarker,
  NewMarkers,
  toMarker,
} from './marker.schemas.ts';
import {
  changeMarker,
  createMarker,
  createMarkers,
  getMarker,
  getMarkers,
  listMarkers,
  removeMarker,
} from './marker.service.ts';

const tags = ['Markers'];
const read = sessionOrKey('journeys:read');
const write = sessionOrKey('journeys:write');

const create = defineVersioned({
  method: 'post',
  path: '/journeys/{id}/markers',
  operationId: 'createMarker',
  summary: 'Create a marker',
  description:
    "Only you can read a marker, but the approximate places of a visible journey's markers count when riders search for others nearby. Send an `id` of your own to make a retry safe: the same `id` returns the existing marker.",
  tags,
  credential: write,
  request: { params: markersParams },
  body: [jsonBody(NewMarker)],
  problems: [journeyNotFound, tooManyMarkers, tooManyMarkersInAll, tooManyBytes],
  responses: { 201: created(Marker, 'The marker.') },
});

const createBatch = defineRoute({
  method: 'post',
  path: '/journeys/{id}/markers/batch',
  operationId: 'createMarkers',
  summary: 'Create up to 500 markers at once',
  description:
    'Either all markers are created, or none. Send ids of your own to make a retry safe: the same id returns the existing marker.',
  tags,
  credential: write,
  request: { params: markersParams },
  body: [jsonBody(NewMarkers)],
  problems: [journeyNotFound, tooManyMarkers, tooManyMarkersInAll, tooManyBytes],
  responses: { 201: json(CreatedMarkers, 'All markers, in the order in which you sent them.') },
});

const list = defineRoute({
  method: 'get',
  path: '/journeys/{id}/markers',
  operationId: 'listMarkers',
  summary: 'List the markers of your journey in order of time',
  description: 'Markers without a time come last. Only the rider of the journey can read its markers.',
  tags,
  credential: read,
  request: { params: markersParams, query: markerListQuery },
  problems: [journeyNotFound],
  responses: { 200: json(MarkerPage, 'A page of markers.') },
});

const get = defineVersioned({
  method: 'get',
  path: '/journeys/{id}/markers/{marker_id}',
  operationId: 'getMarker',
  summary: 'Read a marker',
  description: 'Only the rider of the journey can read its markers.',
  tags,
  credential: read,
  request: { params: markerParams },
  problems: [markerNotFound],
  responses: { 200: json(Marker, 'The marker.') },
});

const change = defineVersioned({
  method: 'patch',
  path: '/journeys/{id}/markers/{marker_id}',
  operationId: 'updateMarker',
  summary: 'Change a marker',
  description:
    'A field that you leave out stays as it is, and `null` clears a field. A marker has one time: if you change `marker_type`, the time moves to the other time field, unless you send a new time.',
  tags,
  credential: write,
  request: { params: markerParams },
  body: [jsonBody(MarkerChanges)],
  problems: [journeyNotFound, markerNotFound, wrongTime, tooManyBytes],
  responses: { 200: json(Marker, 'The updated marker.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/journeys/{id}/markers/{marker_id}',
  operationId: 'deleteMarker',
  summary: 'Delete a marker',
  description: 'Its place no longer counts when riders search for others nearby.',
  tags,
  credential: write,
  request: { params: markerParams },
  problems: [journeyNotFound, markerNotFound],
  responses: { 204: { description: 'The marker is deleted.' } },
});

export const markerRoutes = createRouter()
  .openapi(create, async (c) => {
    const { id } = c.req.valid('param');
    const draft = fromNewMarker(c.req.valid('json'));
    return await createOnce(c, {
      create: (ctx) => createMarker(ctx, id, draft),
      readAgain: (ctx, [made]) => getMarker(ctx, id, made),
      present: (marker) =>
        c.json(toMarker(marker), 201, { Location: `/v1/journeys/${id}/markers/${marker.id}`, ...etag(marker) }),
    });
  })
  .openapi(createBatch, async (c) => {
    const { id } = c.req.valid('param');
    const drafts = c.req.valid('json').markers.map(fromNewMarker);
    return await createOnce(c, {
      create: (ctx) => createMarkers(ctx, id, drafts),
      readAgain: (ctx, ids) => getMarkers(ctx, id, ids),
      present: (items) => c.json({ items: items.map(toMarker) }, 201),
    });
  })
  .openapi(list, async (c) => {
    const { marker_type, bbox, limit, cursor } = c.req.valid('query');
    const input = { markerType: marker_type, box: bbox, limit, cursor };
    const { items, nextCursor } = await listMarkers(c.var.ctx, c.req.valid('param').id, input);
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toMarker), next_cursor: nextCursor }, 200);
  })
  .openapi(get, async (c) => {
    const { id, marker_id } = c.req.valid('param');
    const marker = await getMarker(c.var.ctx, id, marker_id);
    return c.json(toMarker(marker), 200, etag(marker));
  })
  .openapi(change, async (c) => {
    const { id, marker_id } = c.req.valid('param');
    const changes = fromMarkerChanges(c.req.valid('json'));
    const marker = await changeMarker(c.var.ctx, id, marker_id, changes, ifMatch(c));
    return c.json(toMarker(marker), 200, etag(marker));
  })
  .openapi(remove, async (c) => {
    const { id, marker_id } = c.req.valid('param');
    await removeMarker(c.var.ctx, id, marker_id, ifMatch(c));
    return c.body(null, 204);
  });
