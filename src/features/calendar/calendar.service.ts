import { type CreateCtx, type Ctx, requireScope, requireSession } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { hashFeedToken, makeFeedToken } from '../../lib/feed-token.ts';
import { writeCalendar } from '../../lib/icalendar.ts';
import { lockRider, requireRecentLogin } from '../access/access.guards.ts';
import { recordAudit } from '../audit/audit.writes.ts';
import { listPlaces } from '../tracks/day.service.ts';
import { feedNotFound } from './calendar.errors.ts';
import { requireJourneyOf, requireLiveFeed, requireOwnFeed, requireRoomForFeed } from './calendar.guards.ts';
import {
  type CalendarDayRow,
  cancelDays,
  deleteFeed,
  forgetDays,
  insertFeed,
  nameDays,
  selectDays,
  selectFeed,
  selectFeeds,
} from './calendar.repository.ts';
import { cancelledBefore, eventOf, type FeedDay, stretchesWithPlaces } from './calendar.rules.ts';
import type { CalendarFeedRow } from './calendar.table.ts';

export type NewFeed = Pick<CalendarFeedRow, 'name' | 'journeyId' | 'hasPlaces'>;

/** The address is known to the request that creates the feed, and to nothing else. */
export type CreatedFeed = { feed: CalendarFeedRow; url?: string };

/** Answers the secret address, which is not stored. */
export async function createFeed(ctx: CreateCtx, input: NewFeed): Promise<CreatedFeed> {
  requireScope(ctx, 'journeys:read');
  const { userId } = requireSession(ctx);
  const { token, tokenHash } = makeFeedToken();
  const feed: CalendarFeedRow = { ...input, id: ctx.newId(), userId, tokenHash, createdAt: ctx.now() };
  await commit(ctx, {
    idempotency: ctx.remember?.([feed.id]),
    guards: [
      requireRecentLogin(ctx),
      lockRider(userId, 'no key update'),
      ...(feed.journeyId === null ? [] : [requireJourneyOf(userId, feed.journeyId)]),
      requireRoomForFeed(userId),
    ],
    writes: {
      feed: insertFeed(ctx.db, feed),
      audit: recordAudit(ctx, 'calendar_feeds.create', { subjectId: feed.id }),
    },
  });
  return { feed, url: `${ctx.config.apiUrl}/v1/calendar/feeds/${token}/kairos.ics` };
}

export async function listMyFeeds(ctx: Ctx): Promise<CalendarFeedRow[]> {
  const { userId } = requireSession(ctx);
  return await selectFeeds(ctx.db, { userId });
}

export async function getMyFeed(ctx: Ctx, id: string): Promise<CalendarFeedRow> {
  const feed = (await listMyFeeds(ctx)).find((one) => one.id === id);
  if (!feed) throw feedNotFound();
  return feed;
}

/** Needs no recent login, so that a rider can end a leaked link at once. */
export async function removeFeed(ctx: Ctx, id: string): Promise<void> {
  await commit(ctx, {
    guards: [requireOwnFeed(ctx, id)],
    writes: {
      feed: deleteFeed(ctx.db, id),
      audit: recordAudit(ctx, 'calendar_feeds.delete', { subjectId: id }),
    },
  });
}

/**
 * The feed as a calendar program reads it: the token is the credential. It also remembers which days it has named. A
 * read is not audited, since programs read every few hours.
 */
export async function readFeed(ctx: Ctx, token: string): Promise<string> {
  const tokenHash = hashFeedToken(token);
  const now = ctx.now();
  const before = cancelledBefore(now).toISOString();
  const {
    feed: [feed],
    days: { rows },
  } = await commit(ctx, {
    guards: [requireLiveFeed(tokenHash)],
    writes: {
      named: nameDays(ctx.db, { tokenHash }),
      cancelled: cancelDays(ctx.db, { tokenHash, now: now.toISOString() }),
      forgotten: forgetDays(ctx.db, { tokenHash, before }),
    },
    reads: { feed: selectFeed(ctx.db, { tokenHash }), days: selectDays(ctx.db, { tokenHash, after: before }) },
  });
  if (!feed) throw feedNotFound();
  const days = rows.map(toFeedDay);
  const named = feed.hasPlaces ? await addPlaces(ctx, feed.userId, days) : days;
  const { host } = new URL(ctx.config.apiUrl);
  return writeCalendar(
    feed.name,
    named.map((day) => eventOf(day, host)),
  );
}

function toFeedDay(row: CalendarDayRow): FeedDay {
  const { journey_id: journeyId, day, date, sequence, name, distance_m: distanceM } = row;
  const common = { journeyId, day, date, sequence };
  if (name === null || distanceM === null) return { ...common, cancelledAt: new Date(row.cancelled_at_ms ?? 0) };
  return { ...common, name, distanceM, updatedAt: new Date(row.updated_at_ms ?? 0), places: [] };
}

async function addPlaces(ctx: Ctx, riderId: string, days: readonly FeedDay[]): Promise<FeedDay[]> {
  const places = await listPlaces(ctx, riderId, stretchesWithPlaces(days, ctx.now()));
  return days.map((day) => ('name' in day ? { ...day, places: places.get(day.journeyId)?.get(day.day) ?? [] } : day));
}
