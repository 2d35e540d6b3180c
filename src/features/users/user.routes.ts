import { jsonBody } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { userNotFound } from '../access/access.errors.ts';
import { zonesExist } from '../privacy/privacy.errors.ts';
import { usernameTaken } from './user.errors.ts';
import { Me, MeChanges, PublicProfile, riderParams as params, toMe, toPublicProfile } from './user.schemas.ts';
import { changeMe, getMe, getPublicProfile, setHidden } from './user.service.ts';

const tags = ['Riders'];

const readMe = defineVersioned({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Read your account',
  description:
    'Contains your settings, your role and your address. Other riders see what `GET /v1/users/{id}` returns, and connected riders also see your address.',
  tags,
  credential: sessionOrKey('profile:read'),
  problems: [userNotFound],
  responses: { 200: json(Me, 'Your account.') },
});

const editMe = defineVersioned({
  method: 'patch',
  path: '/me',
  operationId: 'updateMe',
  summary: 'Change your account',
  description:
    'A field that you leave out stays as it is, and `null` clears a field. Set `adult` before you search for riders, and create a privacy zone or set `privacy_zones` before you make a journey visible.',
  tags,
  credential: sessionOrKey('profile:write'),
  body: [jsonBody(MeChanges)],
  problems: [userNotFound, usernameTaken, zonesExist],
  responses: { 200: json(Me, 'Your updated account.') },
});

const readUser = defineRoute({
  method: 'get',
  path: '/users/{id}',
  operationId: 'getUser',
  summary: "Read a rider's public profile",
  description:
    'Contains what every signed-in rider may see. A rider who is hidden, is a guest or has not said that they are an adult, whom you have blocked or who has blocked you, is a 404, like an unknown id.',
  tags,
  credential: sessionOrKey('profile:read'),
  request: { params },
  problems: [userNotFound],
  responses: { 200: json(PublicProfile, 'The profile.') },
});

const hide = defineVersioned({
  method: 'post',
  path: '/me/hide',
  operationId: 'hideMe',
  summary: 'Hide your account',
  description:
    'From now on other riders see neither you nor your journeys, and you cannot search for others. Your connections show nothing of the other riders until you show your account again, and theirs show nothing of you. Repeating the call is harmless.',
  tags,
  credential: sessionOrKey('profile:write'),
  problems: [userNotFound],
  responses: { 200: json(Me, 'Your updated account.') },
});

const unhide = defineVersioned({
  method: 'post',
  path: '/me/unhide',
  operationId: 'unhideMe',
  summary: 'Show your account again',
  description:
    'Other riders see your journeys according to their visibility, and your connections show the other riders again. Repeating the call is harmless.',
  tags,
  credential: sessionOrKey('profile:write'),
  problems: [userNotFound],
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
