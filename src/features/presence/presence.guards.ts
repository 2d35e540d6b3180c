import { invalidToken } from '../../context.ts';
import type { Guard } from '../../db/commit.ts';
import { lockJourneyRows } from './presence.repository.ts';

/** Locks all journeys of the rider, in the order of their ids, so that no journey is published while the commit runs. */
export const lockJourneysOf = (ownerId: string): Guard => ({
  stage: 'journeys',
  condition: lockJourneyRows(ownerId),
  error: invalidToken,
});
