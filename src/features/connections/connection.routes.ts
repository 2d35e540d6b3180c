import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createOnce } from '../../http/idempotency.ts';
import { linkNext } from '../../http/pagination.ts';
import { created, createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { participationProblems } from '../audience/participation.errors.ts';
import { encounterNotFound } from '../discovery/discovery.errors.ts';
import {
  connectionBusy,
  connectionNotFound,
  noJourneyToShow,
  notConnected,
  tooManyRequestsToday,
} from './connection.errors.ts';
import {
  Connection,
  ConnectionChanges,
  ConnectionPage,
  connectionListQuery,
  NewConnection,
  connectionParams as params,
  toConnection,
} from './connection.schemas.ts';
import {
  acceptRequest,
  declineRequest,
  getMyConnection,
  listMyConnections,
  removeConnection,
  setExactGrant,
} from './connection.service.ts';
import { requestConnection } from './request.service.ts';

const tags = ['Connections'];
const read = sessionOrKey('profile:read');
const write = sessionOrKey('profile:write');

const create = defineRoute({
  method: 'post',
  path: '/connections',
  operationId: 'createConnection',
  summary: 'Ask the rider of an encounter to connect',
  description:
    'If that rider has already asked you by the same encounter, this accepts their request, and asking again within 90 days returns the existing request. You can send a limited number of requests a day. Connected riders see the days of the journey of the encounter; ask again by the encounter of another journey to see its days.',
  tags,
  credential: write,
  body: [jsonBody(NewConnection)],
  problems: [...participationProblems, encounterNotFound, connectionBusy, tooManyRequestsToday],
  responses: {
    201: created(Connection, 'The request, new or existing.'),
  },
});

const list = defineRoute({
  method: 'get',
  path: '/connections',
  operationId: 'listConnections',
  summary: 'List your connections and requests, newest first',
  description:
    'While one of you takes no part in discovery, for example hidden, an accepted connection shows nothing of the other rider, but you can end it or take `exact` back; a request that you received does not appear.',
  tags,
  credential: read,
  request: { query: connectionListQuery },
  responses: { 200: json(ConnectionPage, 'A page of connections.') },
});

const accept = defineRoute({
  method: 'post',
  path: '/connections/{id}/accept',
  operationId: 'acceptConnection',
  summary: 'Accept a request to connect',
  description:
    'Each of you then sees the name and the email address of the other, and the other rider gets a mail. Your blocks of that rider end: one by `user_id` leaves your list, and others stay in it without effect. You can also accept a request that you have declined, or accept one twice.',
  tags,
  credential: write,
  request: { params },
  problems: [...participationProblems, connectionNotFound],
  responses: { 200: json(Connection, 'The connection.') },
});

const decline = defineRoute({
  method: 'post',
  path: '/connections/{id}/decline',
  operationId: 'declineConnection',
  summary: 'Decline a request to connect',
  description: 'The other rider is not notified and cannot ask you again for 90 days.',
  tags,
  credential: write,
  request: { params },
  problems: [connectionNotFound],
  responses: { 200: json(Connection, 'The request.') },
});

const change = defineVersioned({
  method: 'patch',
  path: '/connections/{id}',
  operationId: 'updateConnection',
  summary: 'Show a connected rider exactly where your journey is, or stop showing it',
  description:
    'With `exact`, the other rider sees your days, your planned line and at once what you ride, but never privacy zones or the ends of lines. It ends when your journey is completed, made private or deleted.',
  tags,
  credential: write,
  request: { params },
  body: [jsonBody(ConnectionChanges)],
  problems: [connectionNotFound, notConnected, noJourneyToShow],
  responses: { 200: json(Connection, 'The updated connection.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/connections/{id}',
  operationId: 'deleteConnection',
  summary: 'End a connection, or withdraw a request',
  description:
    'Ends an accepted connection for both of you, withdraws a request that you sent, or declines a request that you received and removes it from your list. The other rider is not notified.',
  tags,
  credential: write,
  request: { params },
  problems: [connectionNotFound],
  responses: { 204: { description: 'The connection is deleted.' } },
});

export const connectionRoutes = createRouter()
  .openapi(create, async (c) => {
    const { encounter_id: encounterId, message } = c.req.valid('json');
    return await createOnce(c, {
      create: (ctx) => requestConnection(ctx, { encounterId, message }),
      readAgain: (ctx, [id]) => getMyConnection(ctx, id),
      present: (connection) => c.json(toConnection(connection), 201, { Location: `/v1/connections/${connection.id}` }),
    });
  })
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listMyConnections(c.var.ctx, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toConnection), next_cursor: nextCursor }, 200);
  })
  .openapi(accept, async (c) => c.json(toConnection(await acceptRequest(c.var.ctx, c.req.valid('param').id)), 200))
  .openapi(decline, async (c) => c.json(toConnection(await declineRequest(c.var.ctx, c.req.valid('param').id)), 200))
  .openapi(change, async (c) => {
    const { exact } = c.req.valid('json');
    const connection = await setExactGrant(c.var.ctx, c.req.valid('param').id, exact, ifMatch(c));
    return c.json(toConnection(connection), 200, etag(connection));
  })
  .openapi(remove, async (c) => {
    await removeConnection(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.body(null, 204);
  });
