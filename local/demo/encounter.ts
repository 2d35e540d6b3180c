import { z } from 'zod';
import { distanceM, type Position } from '../../src/lib/geodesy.ts';
import type { Legs } from '../sample/place.ts';
import { positionOf } from '../sample/route.ts';

const Days = z.object({ from: z.string(), to: z.string() }).nullable();
const Named = z.object({ id: z.string(), name: z.string() }).nullable();

export const Encounters = z.object({
  items: z.array(
    z.object({
      encounter_id: z.string(),
      distance_band_m: z.number(),
      stretch: z.object({
        type: z.literal('LineString'),
        coordinates: z.array(z.tuple([z.number(), z.number()])).min(1),
      }),
      my_days: Days,
      their_days: Days,
      journey: Named,
      rider: Named,
    }),
  ),
});

export type Encounter = z.infer<typeof Encounters>['items'][number];

/** The cells of an encounter in the table. */
export function rowOf(
  { rider, stretch, my_days, their_days, distance_band_m, journey }: Encounter,
  route: Legs,
): string[] {
  return [
    rider?.name ?? 'hidden',
    journey?.name ?? 'hidden until you are connected',
    nameStretch(stretch.coordinates, route),
    `within ${Math.round(distance_band_m / 1000)} km`,
    nameDays(my_days),
    nameDays(their_days),
  ];
}

/** Names the towns nearest to the start and end of a stretch. */
export function nameStretch(stretch: readonly Position[], route: Legs): string {
  const [first, last] = [stretch[0], stretch.at(-1)];
  if (!first || !last) return 'unknown';
  const [from, to] = [nearestPlace(first, route), nearestPlace(last, route)];
  return from === to ? `around ${from}` : `${from} – ${to}`;
}

function nearestPlace(position: Position, route: Legs): string {
  const byDistance = route
    .flat()
    .map((place) => ({ name: place[0], awayM: distanceM(position, positionOf(place)) }))
    .sort((a, b) => a.awayM - b.awayM);
  return byDistance[0]?.name ?? 'unknown';
}

const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function nameDays(days: Encounter['my_days']): string {
  if (!days) return 'any day';
  const [first, last] = [days.from, days.to].map((day) => dayAndMonth.format(new Date(day)));
  return first === last ? `${first}` : `${first} – ${last}`;
}
