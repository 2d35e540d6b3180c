import { type Ctx, requireScope } from '../../context.ts';
import { readTogether } from '../../db/parts.ts';
import type { Position } from '../../lib/geodesy.ts';
import { cellCentre } from '../../lib/grid.ts';
import type { OtherAudience } from '../audience/audience.rules.ts';
import { readParticipant, requireParticipant } from '../audience/participation.guards.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import type { Days } from './encounter.rules.ts';
import { type ItineraryRow, selectItinerary, selectPublished } from './itinerary.repository.ts';

export type ItineraryPart = { days: Days | undefined; places: Position[] };

/**
 * Where a journey is on which days, on the 25 km grid, as far as the caller may know. Owners may read theirs as another
 * audience does, who takes part in discovery.
 */
export async function getItinerary(
  ctx: Ctx,
  journeyId: string,
  viewedAs: OtherAudience | null = null,
): Promise<ItineraryPart[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const {
    viewer: [viewer],
    parts: { rows },
  } = await readTogether(ctx.db, {
    viewer: readParticipant(ctx, userId),
    parts: selectItinerary(ctx.db, { journeyId, viewerId: userId, viewedAs, now: ctx.now().toISOString() }),
  });
  const [first] = rows;
  if (!first) throw journeyNotFound();
  if (first.audience !== 'owner' && viewedAs === null) requireParticipant(ctx, viewer);
  return rows.flatMap(partOf);
}

/** The places and days of the caller's own journey from which all searches of others are answered. */
export async function getPublishedItinerary(ctx: Ctx, journeyId: string): Promise<ItineraryPart[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const { rows } = await selectPublished(ctx.db, { journeyId, ownerId: userId });
  return rows.flatMap(partOf);
}

const partOf = ({ first_day: from, last_day: to, cells }: Omit<ItineraryRow, 'audience'>): ItineraryPart[] =>
  cells ? [{ days: from && to ? { from, to } : undefined, places: cells.map(cellCentre) }] : [];
