import { sessionOrKey } from '../../http/credentials.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, json } from '../../http/router.ts';
import { participationProblems } from '../audience/participation.errors.ts';
import { CrowdMap, discoverQuery, nearbyPositionQuery, toCrowdMap } from './crowd.schemas.ts';
import { listCrowds, listCrowdsNear } from './crowd.service.ts';

const description =
  'Kairos counts riders every night, in fixed periods of three days, and a cell shows its highest count in the days that you ask for. Cells with fewer than five riders are left out. You must be an adult with an account that is old enough (72 hours by default), and must not be hidden.';

const discover = defineRoute({
  method: 'get',
  path: '/discover',
  operationId: 'listCrowds',
  summary: 'Count riders per cell in a part of the map',
  description,
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  middleware: [limitRate('heavy')],
  request: { query: discoverQuery },
  problems: participationProblems,
  responses: { 200: json(CrowdMap, 'The cells.') },
});

const nearby = defineRoute({
  method: 'get',
  path: '/nearby',
  operationId: 'listCrowdsNear',
  summary: 'Count riders per cell around a position',
  description,
  tags: ['Discovery'],
  credential: sessionOrKey('discovery:read'),
  middleware: [limitRate('heavy')],
  request: { query: nearbyPositionQuery },
  problems: participationProblems,
  responses: { 200: json(CrowdMap, 'The cells, of about 25 km each.') },
});

export const crowdRoutes = createRouter()
  .openapi(discover, async (c) => {
    const { bbox: box, zoom = 3, from, to } = c.req.valid('query');
    return c.json(toCrowdMap(await listCrowds(c.var.ctx, { box, zoom, from, to })), 200);
  })
  .openapi(nearby, async (c) => {
    const { lon, lat, radius_m: radiusM = 100_000, from, to } = c.req.valid('query');
    return c.json(toCrowdMap(await listCrowdsNear(c.var.ctx, { position: [lon, lat], radiusM, from, to })), 200);
  });
