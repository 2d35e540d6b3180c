import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { danube } from '../../../../local/sample/danube.ts';
import { northCape } from '../../../../local/sample/north-cape.ts';
import type { Legs } from '../../../../local/sample/place.ts';
import { routePoints } from '../../../../local/sample/route.ts';
import { silkRoad } from '../../../../local/sample/silk-road.ts';
import { tourDivide } from '../../../../local/sample/tour-divide.ts';
import { cumulativeDistancesM } from '../../../../src/lib/geodesy.ts';
import type { LonLat } from '../../../../test/support/factories.ts';

/** A route whose file is public. */
export type Route = { name: string; line: readonly LonLat[]; lengthM: number };

const samples: Readonly<Record<string, Legs>> = { danube, northCape, silkRoad, tourDivide };

/** The sample routes of the project, or the GPX files of a folder. */
export function loadRoutes(folder: string | undefined): Route[] {
  if (folder === undefined)
    return Object.entries(samples).map(([name, legs]) =>
      routeOf(
        name,
        routePoints(legs)
          .flat()
          .map(({ position }) => position),
      ),
    );
  return readdirSync(folder)
    .filter((name) => name.endsWith('.gpx'))
    .map((name) => routeOf(name, pointsIn(readFileSync(join(folder, name), 'latin1'))));
}

/** A point every few hundred metres is precise enough, and quicker to process. */
const minStepM = 300;

function routeOf(name: string, points: readonly LonLat[]): Route {
  const precise = points.map(
    ([longitude, latitude]): LonLat => [Number(longitude.toFixed(6)), Number(latitude.toFixed(6))],
  );
  const distances = distancesOf(precise);
  let lastM = Number.NEGATIVE_INFINITY;
  const line = precise.filter((_, index) => {
    const isFar = (distances[index] ?? 0) - lastM >= minStepM || index === precise.length - 1;
    if (isFar) lastM = distances[index] ?? 0;
    return isFar;
  });
  return { name, line, lengthM: distancesOf(line).at(-1) ?? 0 };
}

function distancesOf(points: readonly LonLat[]): Float64Array {
  const longitudes = Float64Array.from(points, ([longitude]) => longitude);
  const latitudes = Float64Array.from(points, ([, latitude]) => latitude);
  return cumulativeDistancesM([{ longitudes, latitudes }])[0] ?? new Float64Array();
}

const pointsIn = (gpx: string): LonLat[] =>
  [...gpx.matchAll(/<(?:trkpt|rtept)\b([^>]*)>/g)].map(([, attributes = '']) => [
    numberIn(attributes, 'lon'),
    numberIn(attributes, 'lat'),
  ]);

const numberIn = (attributes: string, name: string): number =>
  Number(new RegExp(`\\b${name}=["']([^"']+)`).exec(attributes)?.[1]);
