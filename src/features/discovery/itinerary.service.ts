import { type Ctx, requireScope } from '../../context.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellCentre } from '../../lib/grid.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import type { Days } from './encounter.rules.ts';
import { selectItinerary } from './itinerary.repository.ts';

export type ItineraryPart = { days: Days | undefined; places: Position[] };

/** Where a journey is on which days, on the 25 km grid, as far as the caller may know. */
export async function getItinerary(ctx: Ctx, journeyId: string): Promise<ItineraryPart[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const { rows } = await selectItinerary(ctx.db, journeyId, userId, ctx.now());
  if (rows.length === 0) throw journeyNotFound();
  return rows.flatMap(({ first_day: from, last_day: to, cells }) =>
    cells ? [{ days: from && to ? { from, to } : undefined, places: cells.map(cellCentre) }] : [],
  );
}
