import { densify } from '../../../../src/lib/geodesy.ts';
import { cellAt } from '../../../../src/lib/grid.ts';
import type { LonLat } from '../../../../test/support/factories.ts';
import { type Passage, passagesOf } from '../abstraction.ts';
import type { Route } from './routes.ts';

const endM = 2_000;

/** The passages of a route through the cells of the discovery grid. */
export const publishedPassages = ({ line }: Route): Passage[] => passagesOf(line);

/** The same on a finer grid, whose cells are `times` times narrower and lower. */
export function finerPassages({ line, lengthM }: Route, times: number): Passage[] {
  const cells: { cell: number; fromM: number }[] = [];
  let alongM = 0;
  const visit = (place: LonLat) => {
    const cell = finerCell(place, times);
    if (alongM >= endM && alongM <= lengthM - endM && cells.at(-1)?.cell !== cell) cells.push({ cell, fromM: alongM });
  };
  line.forEach((place, index) => {
    const before = line[index - 1];
    if (before) {
      const between = densify(before, place, 250);
      const stepM = lengthOf(before, place) / (between.length + 1);
      for (const step of between) {
        alongM += stepM;
        visit(step);
      }
      alongM += stepM;
    }
    visit(place);
  });
  return cells.map(({ cell, fromM }, n) => ({ cell, fromM, toM: cells[n + 1]?.fromM ?? lengthM }));
}

const metresPerDegree = 111_195;

function lengthOf([lonA, latA]: LonLat, [lonB, latB]: LonLat): number {
  const narrow = Math.cos((((latA + latB) / 2) * Math.PI) / 180);
  return Math.hypot((lonB - lonA) * narrow, latB - latA) * metresPerDegree;
}

/** A number for the cell and the part of it. */
function finerCell([longitude, latitude]: LonLat, times: number): number {
  const row = Math.floor(((latitude + 90) / 0.225) * times) % times;
  const width = (0.225 / times) * (1 / Math.cos((latitude * Math.PI) / 180));
  return cellAt([longitude, latitude]) * 1_000 + row * times + (Math.floor((longitude + 180) / width) % times);
}
