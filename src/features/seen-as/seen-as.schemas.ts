import { z } from '@hono/zod-openapi';
import { type OtherAudience, otherAudiences } from '../audience/audience.rules.ts';
import { Itinerary, toItinerary } from '../discovery/itinerary.schemas.ts';
import { toVisibleJourney, VisibleJourney } from '../journeys/journey.schemas.ts';
import { PlannedDay, toPlannedDay } from '../tracks/day.schemas.ts';
import { Route, routeQuery, toRouteText } from '../tracks/track.schemas.ts';
import type { SeenAs as View } from './seen-as.service.ts';

const Audience = z.enum(otherAudiences).openapi({
  description:
    '`nobody` has no account, or is blocked by you, and `rider` is any other rider. A `connection` is connected with you by an encounter of this journey. You show it exactly to `exact`.',
  example: 'rider',
});

export const seenAsQuery = z.strictObject({
  audience: Audience,
  tolerance_m: routeQuery.shape.tolerance_m,
  max_points: routeQuery.shape.max_points,
});

const atAddress = (address: string) =>
  `What \`GET /v1/journeys/{id}${address}\` answers to them. Missing if that is a 404.`;

export const SeenAs = z
  .object({
    audience: Audience,
    journey: VisibleJourney.optional(),
    plan: Route.optional().openapi({ description: atAddress('/route') }),
    ridden: Route.optional().openapi({ description: atAddress('/route?as=past') }),
    days: z
      .array(PlannedDay)
      .optional()
      .openapi({ description: `The first 100 items of ${atAddress('/days').replace('What', 'what')}` }),
    itinerary: Itinerary.optional().openapi({ description: atAddress('/itinerary') }),
    nearby: Itinerary.openapi({
      description:
        'All that searches of riders nearby know of the journey. An encounter shows one place and one span of days that follow from it. Empty if nobody can meet you on it.',
    }),
  })
  .openapi('SeenAs', {
    description:
      'What each address of the journey answers to them, without those that answer 404. Markers, stats and privacy zones are missing, because others never get them.',
  });

/** Written as text, because the lines are text from PostGIS. What is undefined is left out. */
export function toSeenAsText(audience: OtherAudience, view: View): string {
  const { journey, plan, ridden, days, itinerary, nearby } = view;
  const parts: Record<keyof z.infer<typeof SeenAs>, string | undefined> = {
    audience: JSON.stringify(audience),
    journey: journey && JSON.stringify(toVisibleJourney(journey)),
    plan: plan && toRouteText(plan),
    ridden: ridden && toRouteText(ridden),
    days: days && JSON.stringify(days.map(toPlannedDay)),
    itinerary: itinerary && JSON.stringify(toItinerary(itinerary)),
    nearby: JSON.stringify(toItinerary(nearby)),
  };
  const written = Object.entries(parts).flatMap(([name, text]) => (text === undefined ? [] : [`"${name}":${text}`]));
  return `{${written.join(',')}}`;
}
