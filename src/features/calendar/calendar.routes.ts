import { jsonBody } from '../../http/body.ts';
import { ignored, session } from '../../http/credentials.ts';
import { createOnce } from '../../http/idempotency.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { created, createRouter, defineRoute, json } from '../../http/router.ts';
import { reauthenticationRequired } from '../access/access.errors.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { feedNotFound, tooManyFeeds } from './calendar.errors.ts';
import {
  CalendarFeedPage,
  CalendarFile,
  CreatedCalendarFeed,
  feedParams,
  fromNewFeed,
  NewCalendarFeed,
  toCalendarFeed,
  toCreatedFeed,
  tokenParams,
} from './calendar.schemas.ts';
import { createFeed, getMyFeed, listMyFeeds, readFeed, removeFeed } from './calendar.service.ts';

const tags = ['Calendar'];
const credential = session('account:manage');

const create = defineRoute({
  method: 'post',
  path: '/calendar/feeds',
  operationId: 'createCalendarFeed',
  summary: 'Create a calendar feed',
  description:
    'Answers a secret link for calendar programs, which anybody who has it can read. It shows the planned days of your journeys that have `starts_on`, `daily_distance_m` and a line to ride. Needs a login or `POST /v1/auth/reauthenticate` within the last ten minutes.',
  tags,
  credential: session('account:manage', 'journeys:read'),
  body: [jsonBody(NewCalendarFeed)],
  problems: [reauthenticationRequired, journeyNotFound, tooManyFeeds],
  responses: {
    201: created(
      CreatedCalendarFeed,
      'The feed. Only this response contains its link. A replay under the same `Idempotency-Key` does not.',
    ),
  },
});

const list = defineRoute({
  method: 'get',
  path: '/calendar/feeds',
  operationId: 'listCalendarFeeds',
  summary: 'List your calendar feeds, oldest first',
  description: 'You have at most 10 feeds, so all are on one page. Their links are never shown again.',
  tags,
  credential,
  responses: { 200: json(CalendarFeedPage, 'All your feeds.') },
});

const remove = defineRoute({
  method: 'delete',
  path: '/calendar/feeds/{id}',
  operationId: 'deleteCalendarFeed',
  summary: 'Delete a calendar feed',
  description: 'Its link stops working at once. You can delete a feed without confirming your password first.',
  tags,
  credential,
  request: { params: feedParams },
  problems: [feedNotFound],
  responses: { 204: { description: 'The feed is deleted.' } },
});

const read = defineRoute({
  method: 'get',
  path: '/calendar/feeds/{token}/kairos.ics',
  operationId: 'readCalendarFeed',
  summary: 'Read a calendar feed',
  description:
    'For calendar programs; the link is the credential. A day that is not planned any more is `CANCELLED` for 30 days.',
  tags,
  credential: ignored,
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params: tokenParams },
  problems: [feedNotFound],
  responses: { 200: { description: 'The calendar.', content: { 'text/calendar': { schema: CalendarFile } } } },
});

export const calendarRoutes = createRouter()
  .openapi(create, async (c) => {
    const feed = fromNewFeed(c.req.valid('json'));
    return await createOnce(c, {
      create: (ctx) => createFeed(ctx, feed),
      readAgain: async (ctx, [id]) => ({ feed: await getMyFeed(ctx, id) }),
      present: (created) => c.json(toCreatedFeed(created), 201, { Location: `/v1/calendar/feeds/${created.feed.id}` }),
    });
  })
  .openapi(list, async (c) => {
    const feeds = await listMyFeeds(c.var.ctx);
    return c.json({ items: feeds.map(toCalendarFeed), next_cursor: null }, 200);
  })
  .openapi(remove, async (c) => {
    await removeFeed(c.var.ctx, c.req.valid('param').id);
    return c.body(null, 204);
  })
  .openapi(read, async (c) => {
    const text = await readFeed(c.var.ctx, c.req.valid('param').token);
    return c.body(text, 200, { 'Content-Type': 'text/calendar; charset=utf-8' });
  });
