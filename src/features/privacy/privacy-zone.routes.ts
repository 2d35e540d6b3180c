import { jsonBody } from '../../http/body.ts';
import { session } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createOnce } from '../../http/idempotency.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { created, createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { userNotFound } from '../access/access.errors.ts';
import { tooManyZones, zoneNotFound } from './privacy.errors.ts';
import {
  NewPrivacyZone,
  PrivacyZone,
  PrivacyZoneChanges,
  PrivacyZonePage,
  zoneParams as params,
  toPrivacyZone,
} from './privacy-zone.schemas.ts';
import { changeZone, createZone, getMyZone, listMyZones, removeZone } from './privacy-zone.service.ts';

const tags = ['Privacy'];
const credential = session('account:manage');
// A change of a zone recomputes the published abstraction of all journeys of the rider.
const middleware = [limitRate('heavy'), extendDeadline];

const create = defineVersioned({
  method: 'post',
  path: '/me/privacy-zones',
  operationId: 'createPrivacyZone',
  summary: 'Create a privacy zone',
  description:
    'Hides your routes around this place from other riders, on all your journeys from now on, and your markers there do not count in their searches. Kairos hides a wider circle, whose centre is not your place. Send an `id` of your own to make a retry safe: the same `id` returns the existing zone.',
  tags,
  credential,
  middleware,
  body: [jsonBody(NewPrivacyZone)],
  problems: [tooManyZones, userNotFound],
  responses: { 201: created(PrivacyZone, 'The zone. It applies from now on.') },
});

const list = defineRoute({
  method: 'get',
  path: '/me/privacy-zones',
  operationId: 'listPrivacyZones',
  summary: 'List your privacy zones, oldest first',
  description: 'You have at most 20 zones, so all are on one page. Only you can read them, and no API key can.',
  tags,
  credential,
  responses: { 200: json(PrivacyZonePage, 'All your privacy zones.') },
});

const change = defineVersioned({
  method: 'patch',
  path: '/me/privacy-zones/{id}',
  operationId: 'updatePrivacyZone',
  summary: 'Rename, move or resize a privacy zone',
  description:
    'A field that you leave out stays as it is. The change applies at once to what others see of all your journeys. Journeys with very much data show others nothing for a moment: see `is_publishing`.',
  tags,
  credential,
  middleware,
  request: { params },
  body: [jsonBody(PrivacyZoneChanges)],
  problems: [zoneNotFound, userNotFound],
  responses: { 200: json(PrivacyZone, 'The updated zone.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/me/privacy-zones/{id}',
  operationId: 'deletePrivacyZone',
  summary: 'Delete a privacy zone',
  description:
    'Other riders can see the routes that the zone hid. Without any zone, you have to choose again before you make another journey visible.',
  tags,
  credential,
  middleware,
  request: { params },
  problems: [zoneNotFound, userNotFound],
  responses: { 204: { description: 'The zone is deleted.' } },
});

export const privacyZoneRoutes = createRouter()
  .openapi(create, async (c) => {
    const { id, name, coordinates: point, radius_m: radiusM } = c.req.valid('json');
    return await createOnce(c, {
      create: (ctx) => createZone(ctx, { id, name, center: point.coordinates, radiusM }),
      readAgain: (ctx, [created]) => getMyZone(ctx, created),
      present: (zone) =>
        c.json(toPrivacyZone(zone), 201, { Location: `/v1/me/privacy-zones/${zone.id}`, ...etag(zone) }),
    });
  })
  .openapi(list, async (c) => {
    const zones = await listMyZones(c.var.ctx);
    return c.json({ items: zones.map(toPrivacyZone), next_cursor: null }, 200);
  })
  .openapi(change, async (c) => {
    const { name, coordinates: point, radius_m: radiusM } = c.req.valid('json');
    const changes = { name, center: point?.coordinates, radiusM };
    const zone = await changeZone(c.var.ctx, c.req.valid('param').id, changes, ifMatch(c));
    return c.json(toPrivacyZone(zone), 200, etag(zone));
  })
  .openapi(remove, async (c) => {
    await removeZone(c.var.ctx, c.req.valid('param').id, ifMatch(c));
    return c.body(null, 204);
  });
