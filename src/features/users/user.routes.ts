import { z } from '@hono/zod-openapi';
import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createRouter, defineRoute, defineVersioned, json, problems } from '../../http/router.ts';
import { Id } from '../../http/values.ts';
import { Me, MeChanges, PublicProfile, toMe, toPublicProfile } from './user.schemas.ts';
import { changeMe, getMe, getPublicProfile, setHidden } from './user.service.ts';

const tags = ['Riders'];

const readMe = defineVersioned({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Read your account',
  tags,
  credential: sessionOrKey('profile:read'),
  responses: { 200: json(Me, 'Your account.') },
});

const editMe = defineVersioned({
  method: 'patch',
  path: '/me',
  operationId: 'updateMe',
  summary: 'Change your account',
  description: 'A field that you leave out stays as it is.',
  tags,
  credential: sessionOrKey('profile:write'),
  body: [jsonBody(MeChanges)],
  responses: { 200: json(Me, 'Your updated account.'), 409: problems[409] },
});

const readUser = defineRoute({
  method: 'get',
  path: '/users/{id}',
  operationId: 'getUser',
  summary: "Read a rider's public profile",
  tags,
  credential: sessionOrKey('profile:read'),
  request: { params: z.object({ id: Id }) },
  responses: { 200: json(PublicProfile, 'The profile.') },
});

const hide = defineVersioned({
  method: 'post',
  path: '/me/hide',
  operationId: 'hideMe',
  summary: 'Hide your account',
  description: 'Other riders no longer see you, and you cannot search for others.',
  tags,
  credential: sessionOrKey('profile:write'),
  responses: { 200: json(Me, 'Your updated account.') },
});

const unhide = defineVersioned({
  method: 'post',
  path: '/me/unhide',
  operationId: 'unhideMe',
  summary: 'Show your account again',
  description: 'Other riders see your journeys according to their visibility.',
  tags,
  credential: sessionOrKey('profile:write'),
  responses: { 200: json(Me, 'Your updated account.') },
});

export const userRoutes = createRouter()
  .openapi(readMe, async (c) => {
    const me = await getMe(c.var.ctx);
    return c.json(toMe(me), 200, etag(me));
  })
  .openapi(editMe, async (c) => {
    const { adult, riders_near: ridersNear, privacy_zones: privacyZones, ...changes } = c.req.valid('json');
    const me = await changeMe(c.var.ctx, { ...changes, isAdult: adult, ridersNear, privacyZones }, ifMatch(c));
    return c.json(toMe(me), 200, etag(me));
  })
  .openapi(hide, async (c) => {
    const me = await setHidden(c.var.ctx, true, ifMatch(c));
    return c.json(toMe(me), 200, etag(me));
  })
  .openapi(unhide, async (c) => {
    const me = await setHidden(c.var.ctx, false, ifMatch(c));
    return c.json(toMe(me), 200, etag(me));
  })
  .openapi(readUser, async (c) => {
    const profile = await getPublicProfile(c.var.ctx, c.req.valid('param').id);
    return c.json(toPublicProfile(profile), 200);
  });
