import type { Guard } from '../../db/commit.ts';
import { lockLineRow } from './line.repository.ts';
import { maxPerJourney } from './line.rules.ts';
import { tooManyLines, trackNotFound } from './track.errors.ts';
import { hasRoomForLines, type TrackTotals } from './track.repository.ts';

/** The journey, which is locked already, has room for this many more lines, points and metres. */
export const requireRoomForLines = (journeyId: string, more: TrackTotals): Guard => ({
  stage: 'state',
  condition: hasRoomForLines(journeyId, more, maxPerJourney),
  error: tooManyLines,
});

/** The line belongs to the journey; it is locked. */
export const requireLine = (journeyId: string, id: string): Guard => ({
  stage: 'rows',
  condition: lockLineRow({ journeyId, id }),
  error: trackNotFound,
});
