import { type Ctx, requireScope } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { journeyNotFound } from './journey.errors.ts';
import { lockOwnJourneyRow } from './journey.repository.ts';

/**
 * The journey is the caller's. It is locked, so that no other commit changes it before this one has derived presence
 * from it. The rider is locked first, because a row that refers to them, such as a published plan, would do so later.
 */
export const requireOwnJourney = (ctx: Ctx, id: string, error: () => AppError = journeyNotFound): Guard => ({
  stage: 'journeys',
  condition: lockOwnJourneyRow({ id, ownerId: requireScope(ctx, 'journeys:write').userId }),
  error,
});
