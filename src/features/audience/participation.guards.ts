import type { Ctx } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { participationErrors } from './participation.errors.ts';
import { lacksFault, selectParticipant } from './participation.repository.ts';
import {
  joinDeadline,
  type Participant,
  type ParticipationFault,
  participationFault,
  participationFaults,
} from './participation.rules.ts';

export const joinDeadlineOf = (ctx: Ctx): Date => joinDeadline(ctx.now(), ctx.config.discoveryMinAccountAgeH);

/** What `requireParticipant` asks for. A service sends it together with its own reads. */
export const readParticipant = (ctx: Ctx, riderId: string) => selectParticipant(ctx.db, { riderId });

/** Throws the error that says why this rider does not take part in discovery. */
export function requireParticipant(ctx: Ctx, rider: Participant | undefined): void {
  const fault = participationFault(rider, joinDeadlineOf(ctx));
  if (fault) throw participationErrors[fault]();
}

const requireWithout =
  (stage: Guard['stage'], riderId: string, joinedBy: Date) =>
  (fault: ParticipationFault): Guard => ({
    stage,
    condition: lacksFault(riderId, fault, joinedBy),
    error: participationErrors[fault],
  });

/** The caller takes part in discovery. It runs first, so that the caller gets this error and not one of the others. */
export const requireTakesPart = (ctx: Ctx, riderId: string): Guard[] =>
  participationFaults.map(requireWithout('caller', riderId, joinDeadlineOf(ctx)));

/** For a commit that makes a journey visible to others. Guests cannot, and other faults end by themselves or at will. */
export const requireAdult = (ctx: Ctx, riderId: string): Guard =>
  requireWithout('state', riderId, joinDeadlineOf(ctx))('not_adult');
