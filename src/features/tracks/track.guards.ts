import type { Guard } from '../../db/commit.ts';
import { maxPerJourney } from './line.rules.ts';
import { tooManyLines } from './track.errors.ts';
import { hasRoomForLines, type TrackTotals } from './track.repository.ts';

/** The journey, which is locked already, has room for this many more lines, points and metres. */
export const requireRoomForLines = (journeyId: string, more: TrackTotals): Guard => ({
  stage: 'state',
  condition: hasRoomForLines(journeyId, more, maxPerJourney),
  error: tooManyLines,
});
