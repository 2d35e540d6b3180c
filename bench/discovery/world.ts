import { diceOf } from '../../proof/support/dice.ts';
import { maxShiftS, maxSkew } from '../../src/features/presence/shift.rules.ts';
import type { Position } from '../../src/lib/geodesy.ts';
import { cellAt } from '../../src/lib/grid.ts';

export type WorldSize = { seed: number; journeyCount: number; years: number };

/** A planned journey of 30 days. `camps` are the ends of the days; `startDay` counts from 1970. */
export type Ride = {
  startDay: number;
  shiftS: number;
  skew: number;
  cells: readonly number[];
  entriesM: readonly number[];
  camps: readonly Position[];
};

export const dayCount = 30;
export const dailyDistanceM = 100_000;
/** 1 January 2026. */
const firstDay = 20_454;
const stepM = 2_000;
const degreeM = 111_195;

/** Regions with bikepackers; `share` is in percent. */
const hotSpots: readonly { centre: Position; spreadDegrees: number; share: number }[] = [
  { centre: [11, 47], spreadDegrees: 6, share: 45 },
  { centre: [-110, 43], spreadDegrees: 5, share: 18 },
  { centre: [-70, -30], spreadDegrees: 7, share: 12 },
  { centre: [73, 41], spreadDegrees: 6, share: 15 },
  { centre: [172, -43], spreadDegrees: 2.5, share: 10 },
];

/** The same rides for the same seed. A larger world begins with the rides of a smaller one with the same years. */
export function* ridesOf({ seed, journeyCount, years }: WorldSize): Generator<Ride> {
  const roll = diceOf(seed);
  for (let n = 0; n < journeyCount; n += 1) yield ride(roll, years);
}

function ride(roll: () => number, years: number): Ride {
  const spot = pick(roll() * 100);
  let longitude = spot.centre[0] + normal(roll) * spot.spreadDegrees;
  let latitude = spot.centre[1] + normal(roll) * spot.spreadDegrees;
  let heading = roll() * 2 * Math.PI;
  const startDay = firstDay + Math.floor(roll() * 365 * years);
  const shiftS = Math.round((roll() * 2 - 1) * maxShiftS);
  const skew = (roll() * 2 - 1) * maxSkew;
  const [cells, entriesM, camps]: [number[], number[], Position[]] = [[], [], []];

  for (let alongM = 0; alongM < dayCount * dailyDistanceM; alongM += stepM) {
    const cell = cellAt([longitude, latitude]);
    if (cells.at(-1) !== cell) {
      cells.push(cell);
      entriesM.push(alongM);
    }
    heading += (roll() - 0.5) * 0.35;
    latitude += (Math.cos(heading) * stepM) / degreeM;
    longitude += (Math.sin(heading) * stepM) / (degreeM * Math.cos((latitude * Math.PI) / 180));
    if (longitude >= 180) longitude -= 360;
    if (longitude < -180) longitude += 360;
    if ((alongM + stepM) % dailyDistanceM === 0) camps.push([longitude, latitude]);
  }
  return { startDay, shiftS, skew, cells, entriesM, camps };
}

function pick(percent: number) {
  let left = percent;
  for (const spot of hotSpots) {
    if (left < spot.share) return spot;
    left -= spot.share;
  }
  throw new RangeError(`${percent} is not a percentage below 100`);
}

/** A normally distributed number (Box and Muller 1958). */
const normal = (roll: () => number): number => Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
