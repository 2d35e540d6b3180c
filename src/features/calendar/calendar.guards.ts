import { type Ctx, requireSession } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { feedNotFound, tooManyFeeds } from './calendar.errors.ts';
import { hasRoom, isJourneyOf, lockLiveFeedRow, lockOwnFeedRow } from './calendar.repository.ts';

const maxFeeds = 10;

/** The journey is the rider's. A feed shows only the rider's own journeys, so it is not locked. */
export const requireJourneyOf = (userId: string, id: string): Guard => ({
  stage: 'journeys',
  condition: isJourneyOf({ id, userId }),
  error: journeyNotFound,
});

/** The feed is the caller's; it is locked. */
export const requireOwnFeed = (ctx: Ctx, id: string): Guard => ({
  stage: 'rows',
  condition: lockOwnFeedRow({ id, userId: requireSession(ctx).userId }),
  error: feedNotFound,
});

/** A feed has this token, and its rider is not disabled. It is locked, so that two reads do not say different things. */
export const requireLiveFeed = (tokenHash: Uint8Array): Guard => ({
  stage: 'rows',
  condition: lockLiveFeedRow({ tokenHash }),
  error: feedNotFound,
});

/** The rider, who is already locked, may have one more feed. */
export const requireRoomForFeed = (userId: string): Guard => ({
  stage: 'state',
  condition: hasRoom({ userId, max: maxFeeds }),
  error: tooManyFeeds,
});
