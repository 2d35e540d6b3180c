import type { Ctx } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { joinDeadlineOf } from '../audience/participation.guards.ts';
import {
  connectionBusy,
  connectionNotFound,
  noJourneyToShow,
  notConnected,
  tooManyRequestsToday,
} from './connection.errors.ts';
import {
  hasOwnJourney,
  hasSentFewerRequests,
  isInState,
  lockBothRiderRows,
  lockConnectionRow,
  lockReceivedRequestRow,
  lockUnchangedConnectionRow,
  takePart,
} from './connection.repository.ts';
import type { ConnectionRow } from './connection.table.ts';

/** Both riders are locked and take part in discovery, and neither has blocked the other. */
export const requireBothTakePart = (
  ctx: Ctx,
  one: string,
  other: string,
  error: () => AppError = connectionNotFound,
): Guard[] => [
  { stage: 'riders', condition: lockBothRiderRows(one, other), error },
  { stage: 'state', condition: takePart(one, other, joinDeadlineOf(ctx)), error },
];

/** The connection of the two, who are already locked, is as it was read, and stays so until the commit ends. */
export const requireUnchangedPair = (existing: ConnectionRow | undefined, one: string, other: string): Guard => ({
  stage: 'rows',
  condition: lockUnchangedConnectionRow(existing, one, other),
  error: connectionBusy,
});

/** The request was sent to the rider and not withdrawn; it is locked. */
export const requireReceivedRequest = (id: string, riderId: string): Guard => ({
  stage: 'rows',
  condition: lockReceivedRequestRow(id, riderId),
  error: connectionNotFound,
});

/** The rider is one of the two; the connection is locked. */
export const requireOwnConnection = (id: string, riderId: string): Guard => ({
  stage: 'rows',
  condition: lockConnectionRow(id, riderId),
  error: connectionNotFound,
});

export const requireAccepted = (id: string): Guard => ({
  stage: 'state',
  condition: isInState(id, 'accepted'),
  error: notConnected,
});

/** For the outcome of a commit that declines: an accepted request cannot be declined. */
export const requireDeclined = (id: string): Guard => ({
  stage: 'state',
  condition: isInState(id, 'declined'),
  error: connectionNotFound,
});

/** The rider's own journey of the connection exists and is not completed. */
export const requireJourneyToShow = (id: string, riderId: string): Guard => ({
  stage: 'state',
  condition: hasOwnJourney(id, riderId),
  error: noJourneyToShow,
});

const dayS = 24 * 60 * 60;

/** The rider, who is already locked, may send one more request today. */
export function requireUnderDailyLimit(ctx: Ctx, userId: string): Guard {
  const max = ctx.config.connectionRequestsPerDay;
  const quota = { name: 'requests', max, left: 0, periodSeconds: dayS, resetSeconds: dayS };
  const since = new Date(ctx.now().getTime() - dayS * 1_000);
  return {
    stage: 'state',
    condition: hasSentFewerRequests(userId, max, since),
    error: () => tooManyRequestsToday({ quota }),
  };
}
