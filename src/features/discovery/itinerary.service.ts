import { type Ctx, requireScope } from '../../context.ts';
import { readTogether } from '../../db/parts.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellCentre } from '../../lib/grid.ts';
import { readParticipant, requireParticipant } from '../audience/participation.guards.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import type { Days } from './encounter.rules.ts';
import { selectItinerary } from './itinerary.repository.ts';

export type ItineraryPart = { days: Days | undefined; places: Position[] };

/** Where a journey is on which days, on the 25 km grid, as far as the caller may know. */
export async function getItinerary(ctx: Ctx, journeyId: string): Promise<ItineraryPart[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const {
    viewer: [viewer],
    parts: { rows },
  } = await readTogether(ctx.db, {
    viewer: readParticipant(ctx, userId),
    parts: selectItinerary(ctx.db, journeyId, userId, ctx.now()),
  });
  const [first] = rows;
  if (!first) throw journeyNotFound();
  if (!first.is_mine) requireParticipant(ctx, viewer);
  return rows.flatMap(({ first_day: from, last_day: to, cells }) =>
    cells ? [{ days: from && to ? { from, to } : undefined, places: cells.map(cellCentre) }] : [],
  );
}
