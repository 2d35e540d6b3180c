import type { Role } from '../../context.ts';

const hourMs = 60 * 60 * 1_000;

/** The latest time at which an account was created whose rider takes part in discovery now. */
export const joinDeadline = (now: Date, minAccountAgeH: number): Date =>
  new Date(now.getTime() - minAccountAgeH * hourMs);

/** What decides whether a rider takes part in discovery. */
export type Participant = { isAdult: boolean; role: Role; isOnShow: boolean; createdAt: Date };
/** In the order in which a rider is told of them. */
export const participationFaults = ['not_adult', 'guest', 'account_too_young', 'hidden'] as const;
export type ParticipationFault = (typeof participationFaults)[number];

/**
 * Why a rider does not take part in discovery. Who does not take part neither sees other riders nor is seen. In SQL it
 * is `users.takes_part` with `created_at <= joinedBy`, and a test compares the two.
 */
export function participationFault(rider: Participant | undefined, joinedBy: Date): ParticipationFault | undefined {
  if (!rider?.isAdult) return 'not_adult';
  if (rider.role === 'guest') return 'guest';
  if (rider.createdAt > joinedBy) return 'account_too_young';
  return rider.isOnShow ? undefined : 'hidden';
}
