import type { Guard } from '../../db/commit.ts';
import { searchTooWide } from './discovery.errors.ts';
import { hasRowsWithin } from './encounter.repository.ts';
import { maxRowsWithin } from './encounter.rules.ts';

/** The rider's journey is not too long for a search this wide. It stands before the way and the search are computed. */
export const requireSearchable = (journeyId: string, ownerId: string, radiusM: number): Guard => ({
  stage: 'state',
  condition: hasRowsWithin(journeyId, ownerId, maxRowsWithin(radiusM)),
  error: searchTooWide,
});
