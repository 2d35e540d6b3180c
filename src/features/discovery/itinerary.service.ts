import { type Ctx, requireScope } from '../../context.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellCentre } from '../../lib/grid.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import type { Days } from './encounter.rules.ts';
import { selectItinerary } from './itinerary.repository.ts';

export type Part = { days: Days | undefined; places: Position[] };

/** Where a journey is on which days, as far as one may know it: on the 25 km grid. */
export async function getItinerary(ctx: Ctx, journeyId: string): Promise<Part[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const { rows } = await selectItinerary(ctx.db, journeyId, userId, ctx.now());
  if (rows.length === 0) throw journeyNotFound();
  return rows.flatMap(({ first_day: from, last_day: to, cells }) =>
    cells ? [{ days: from && to ? { from, to } : undefined, places: cells.map(cellCentre) }] : [],
  );
}
