import type { Guard } from '../../db/commit.ts';
import { maxOfJourney } from './line.rules.ts';
import { tooManyLines } from './track.errors.ts';
import { type Amount, hasRoomForLines } from './track.repository.ts';

/** The journey, which is locked by then, has room for so many more lines, points and metres. */
export const requireRoomForLines = (journeyId: string, more: Amount): Guard => ({
  stage: 'state',
  condition: hasRoomForLines(journeyId, more, maxOfJourney),
  error: tooManyLines,
});
