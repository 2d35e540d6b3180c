import { densify, distanceM, type Position } from '../../src/lib/geodesy.ts';
import type { Legs, Place } from './place.ts';

export type RoutePoint = { position: Position; elevationM: number };

const stepM = 2000;

/** The points of a route: one at least every two kilometres, with small hills between the places. */
export function routePoints(legs: Legs): RoutePoint[][] {
  return legs.map((places) =>
    places.flatMap((place, index) => {
      const next = places[index + 1];
      return next ? [pointAt(place), ...between(place, next)] : [pointAt(place)];
    }),
  );
}

export const reversed = (legs: Legs): Legs => legs.map((places) => places.toReversed()).reverse();

/** The part of a route from one place to another, in the route's direction. */
export function section(legs: Legs, from: string, to: string): Legs {
  const names = legs.flat().map(([name]) => name);
  const [first, last] = [names.indexOf(from), names.lastIndexOf(to)];
  if (first === -1 || last < first) throw new Error(`the route does not lead from ${from} to ${to}`);

  let passed = 0;
  return legs
    .map((places) => {
      const start = passed;
      passed += places.length;
      return places.slice(Math.max(0, first - start), Math.max(0, last + 1 - start));
    })
    .filter((places) => places.length > 1);
}

export const positionOf = ([, lat, lon]: Place): Position => [lon, lat];

const pointAt = (place: Place): RoutePoint => ({ position: positionOf(place), elevationM: place[3] });

function between(from: Place, to: Place): RoutePoint[] {
  const positions = densify(positionOf(from), positionOf(to), stepM);
  const reliefM = Math.min(60, 4 + Math.abs(to[3] - from[3]) / 10);
  return positions.map((position, index) => {
    const share = (index + 1) / (positions.length + 1);
    const hills = reliefM * Math.sin(Math.PI * share) * Math.sin(index * 1.9);
    return { position, elevationM: Math.max(1, from[3] + share * (to[3] - from[3]) + hills) };
  });
}

/** The length in metres, without ferries. */
export const lengthM = (legs: Legs): number =>
  legs.reduce((total, places) => {
    const steps = places
      .slice(1)
      .map((place, index) => distanceM(positionOf(places[index] ?? place), positionOf(place)));
    return steps.reduce((sum, step) => sum + step, total);
  }, 0);
