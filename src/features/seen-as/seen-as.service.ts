import { type Ctx, requireScope } from '../../context.ts';
import { AppError } from '../../errors.ts';
import type { OtherAudience } from '../audience/audience.rules.ts';
import { getItinerary, getPublishedItinerary, type ItineraryPart } from '../discovery/itinerary.service.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { getJourney, getOwnJourney, type SeenJourney } from '../journeys/journey.service.ts';
import type { PlannedDay } from '../tracks/day.rules.ts';
import { listDays } from '../tracks/day.service.ts';
import { getRoute } from '../tracks/track.service.ts';

const maxDays = 100;

type View = { toleranceM: number | undefined; maxPoints: number | undefined };

type Lines = Awaited<ReturnType<typeof getRoute>>;

/** What the addresses of a journey answer to an audience. Undefined where they answer 404. */
export type SeenAs = {
  journey: SeenJourney | undefined;
  plan: Lines | undefined;
  ridden: Lines | undefined;
  days: PlannedDay[] | undefined;
  itinerary: ItineraryPart[] | undefined;
  nearby: ItineraryPart[];
};

/** The caller's own journey as another audience gets it, by the same services. */
export async function seeJourneyAs(ctx: Ctx, id: string, audience: OtherAudience, view: View): Promise<SeenAs> {
  requireScope(ctx, 'journeys:read');
  const [, journey, plan, ridden, days, itinerary, nearby] = await Promise.all([
    getOwnJourney(ctx, id),
    skipAbsent(getJourney(ctx, id, audience)),
    skipAbsent(getRoute(ctx, id, { ...view, kind: 'plan' }, audience)),
    skipAbsent(getRoute(ctx, id, { ...view, kind: 'past' }, audience)),
    skipAbsent(listFirstDays(ctx, id, audience)),
    skipAbsent(getItinerary(ctx, id, audience)),
    audience === 'nobody' ? [] : getPublishedItinerary(ctx, id),
  ]);
  return { journey, plan, ridden, days, itinerary, nearby };
}

const listFirstDays = async (ctx: Ctx, id: string, audience: OtherAudience): Promise<PlannedDay[]> =>
  (await listDays(ctx, id, { limit: maxDays }, audience)).items;

async function skipAbsent<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof AppError && error.code === journeyNotFound.code) return;
    throw error;
  }
}
