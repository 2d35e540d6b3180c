import type { Ctx } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { joinDeadlineOf } from '../audience/participation.guards.ts';
import { connectionBusy, connectionNotFound, noJourneyToShow, notConnected } from './connection.errors.ts';
import { isInState } from './connection.predicates.ts';
import {
  hasOwnJourney,
  lockBothRiderRows,
  lockConnectionRow,
  lockReceivedRequestRow,
  lockUnchangedConnectionRows,
  takePart,
} from './connection.repository.ts';
import type { ConnectionRow } from './connection.table.ts';

/** Both riders are locked and take part in discovery, and the other one has not blocked the caller. */
export const requireBothTakePart = (
  ctx: Ctx,
  callerId: string,
  otherId: string,
  error: () => AppError = connectionNotFound,
): Guard[] => [
  { stage: 'riders', condition: lockBothRiderRows(callerId, otherId), error },
  { stage: 'state', condition: takePart(callerId, otherId, joinDeadlineOf(ctx)), error },
];

/** The connections of the two, who are already locked, are as they were read, and stay so until the commit ends. */
export const requireUnchangedPair = (existing: readonly ConnectionRow[], one: string, other: string): Guard => ({
  stage: 'rows',
  condition: lockUnchangedConnectionRows(existing, one, other),
  error: connectionBusy,
});

/** The request was sent to the rider, who still sees it; it is locked. */
export const requireReceivedRequest = (id: string, riderId: string): Guard => ({
  stage: 'rows',
  condition: lockReceivedRequestRow(id, riderId),
  error: connectionNotFound,
});

/** The rider is one of the two and sees the connection; it is locked. */
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
