import { cellAt, columnsOf } from '../../../../src/lib/grid.ts';
import type { LonLat } from '../../../../test/support/factories.ts';
import { secretShift } from '../../../../test/support/published.ts';
import { diceOf } from '../../../support/dice.ts';
import type { Rider } from './riders.ts';
import { clock } from './twins.ts';

const bucketMs = 3 * 86_400_000;
const cellDegrees = 0.225;
const columnSlots = 2048;

/**
 * A region of 25 cells and some buckets of time, in which victims and strangers ride, with the random numbers for it.
 * Values that both worlds share are drawn once, and secret values once for each world.
 */
export type Scene = ReturnType<typeof createScene>;

export function createScene(seed: number) {
  const roll = diceOf(seed);
  const between = (min: number, max: number): number => min + roll() * (max - min);
  const oneOf = <T>(choices: readonly [T, ...T[]]): T => choices[Math.floor(roll() * choices.length)] ?? choices[0];
  const middle: LonLat = [between(-180, 180), between(-52, 68)];
  const rowWidthDegrees = 360 / columnsOf(Math.floor((middle[1] + 90) / cellDegrees));
  const around = ([longitude, latitude]: LonLat): LonLat => [((longitude + 540) % 360) - 180, latitude];

  function newId(): string {
    const hex = Array.from({ length: 32 }, () => Math.floor(roll() * 16).toString(16)).join('');
    const time = clock.nowMs.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  const cells = Array.from({ length: 25 }, (_, n) =>
    cellAt(around([middle[0] + ((n % 5) - 2) * rowWidthDegrees, middle[1] + (Math.floor(n / 5) - 2) * cellDegrees])),
  );

  return {
    roll,
    between,
    oneOf,
    newId,
    middle,
    /** Draws a cell of the region. */
    cell: (): number => cells[Math.floor(roll() * cells.length)] ?? 0,
    middleCell: cells[12] ?? 0,
    /** Draws a bucket of the next weeks, so that planned days are in the future. */
    bucket: (): number => Math.floor(clock.nowMs / bucketMs) + 2 + Math.floor(roll() * 5),
    someBucket: Math.floor(clock.nowMs / bucketMs) + 4,

    /** Draws a place in a cell, away from its edges. */
    placeIn(cell: number): LonLat {
      const [row, column] = [Math.floor(cell / columnSlots), cell % columnSlots];
      const [x, y] = [between(0.001, 0.999), between(0.001, 0.999)];
      const longitude = ((column + x) / columnsOf(row)) * 360 - 180;
      return [Number(longitude.toFixed(6)), Number(((row + y) * cellDegrees - 90).toFixed(6))];
    },

    /**
     * Draws a moment that shift and skew move into the bucket, of a journey without a first day. The skew counts from
     * the start of the bucket of the first visit.
     */
    momentIn(bucket: number, { id }: Pick<Rider, 'id'>, journeyId: string, firstBucket = bucket): string {
      const { shiftS, skew } = secretShift(id, journeyId);
      const fromMs = firstBucket * bucketMs - shiftS * 1_000;
      const widthMs = bucket === firstBucket ? bucketMs * Math.min(1, 1 + skew) : bucketMs;
      const published = (bucket - firstBucket) * bucketMs + between(1_000, widthMs - 1_000);
      return new Date(fromMs + published / (1 + skew)).toISOString();
    },

    /** Draws a winding route through the region, with a point every few kilometres. */
    way(lengthKm: number): LonLat[] {
      let [longitude, latitude] = [middle[0] + between(-0.5, 0.5) * rowWidthDegrees, middle[1] + between(-0.2, 0.2)];
      let heading = between(0, 2 * Math.PI);
      const points: LonLat[] = [];
      for (let km = 0; km < lengthKm; km += 6) {
        points.push([Number((((longitude + 540) % 360) - 180).toFixed(6)), Number(latitude.toFixed(6))]);
        heading += between(-0.6, 0.6);
        const isFar = Math.abs(latitude - middle[1]) > 0.5 || Math.abs(longitude - middle[0]) > 2 * rowWidthDegrees;
        if (isFar) heading = Math.atan2(middle[1] - latitude, (middle[0] - longitude) * (0.225 / rowWidthDegrees));
        latitude += (6 / 111.32) * Math.sin(heading);
        longitude += ((6 / 111.32) * Math.cos(heading)) / Math.cos((latitude * Math.PI) / 180);
      }
      return points;
    },

    /** Ids that strangers can ask for. */
    victims: [] as Rider[],
    /** Addresses that have an account in one of the worlds. */
    addresses: [] as string[],
    journeyIds: [] as string[],
    /** Journeys whose planned lines are public. */
    publicLineIds: [] as string[],
    markerIds: [] as { journeyId: string; markerId: string }[],
  };
}
