import { z } from '@hono/zod-openapi';
import { onePageOf } from '../../http/pagination.ts';
import { Id, UtcTime } from '../../http/values.ts';
import { feedTokenForm } from '../../lib/feed-token.ts';
import type { CreatedFeed, NewFeed } from './calendar.service.ts';
import type { CalendarFeedRow } from './calendar.table.ts';

export const feedParams = z.object({ id: Id.openapi({ description: 'The id of the calendar feed.' }) });

export const tokenParams = z.object({
  token: z.string().regex(feedTokenForm).openapi({
    description: 'The secret part of the link.',
    example: 'kai_feed_5f0c9a7be24d81c63e9b0a7d4f2e1c8b6a5d3f9e7c1b0a2d4f6e8c0b1a3d5f7e',
  }),
});

const Name = z.string().trim().min(1).max(100).openapi({
  description: 'The name of the calendar in calendar programs.',
  example: 'My journeys',
});
const JourneyId = Id.nullable().openapi({ description: 'The only journey of the feed. Null for all your journeys.' });
const Places = z.boolean().openapi({
  description: 'Whether the days name your planned markers near them, except those around privacy zones.',
});

export const NewCalendarFeed = z
  .strictObject({ name: Name, journey_id: JourneyId.optional(), places: Places.default(false) })
  .openapi('NewCalendarFeed');

export const CalendarFeed = z
  .object({ id: Id, name: Name, journey_id: JourneyId, places: Places, created_at: UtcTime })
  .openapi('CalendarFeed');

export const CreatedCalendarFeed = CalendarFeed.extend({
  url: z.string().optional().openapi({
    description: 'The secret link, shown once. Absent from a replay: then delete the feed and create another one.',
    example: 'https://api.kairos.example/v1/calendar/feeds/kai_feed_9b1d…/kairos.ics',
  }),
}).openapi('CreatedCalendarFeed');

/** One page: a rider has at most 10 feeds. */
export const CalendarFeedPage = onePageOf('CalendarFeedPage', CalendarFeed);

export const CalendarFile = z.string().openapi({
  example: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n...\r\nEND:VCALENDAR',
  description: 'iCalendar (RFC 5545): an event for each planned day.',
});

export const fromNewFeed = ({ name, journey_id, places }: z.infer<typeof NewCalendarFeed>): NewFeed => ({
  name,
  journeyId: journey_id ?? null,
  hasPlaces: places,
});

export const toCalendarFeed = (row: CalendarFeedRow): z.infer<typeof CalendarFeed> => ({
  id: row.id,
  name: row.name,
  journey_id: row.journeyId,
  places: row.hasPlaces,
  created_at: row.createdAt.toISOString(),
});

export const toCreatedFeed = ({ feed, url }: CreatedFeed): z.infer<typeof CreatedCalendarFeed> => ({
  ...toCalendarFeed(feed),
  ...(url && { url }),
});
