import { type Shift, shiftOf } from '../../src/features/presence/shift.rules.ts';
import { config } from './app.ts';

const bucketS = 259_200;

/** The shift and skew of a journey. */
export const secretShift = (ownerId: string, journeyId: string): Shift =>
  shiftOf(config.keys.shift, ownerId, journeyId);

/** The bucket of a moment of a journey whose skew counts from another moment. */
export const bucketOf = (atS: number, fromS: number, { shiftS, skew }: Shift): number =>
  Math.floor((atS + shiftS + skew * (atS - fromS)) / bucketS);

export const startOfDayS = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1_000;

/**
 * The bucket of a moment (in seconds since 1970) of a journey whose skew counts from its first day. Without a first day
 * the moment is that of the first visit, and the skew counts from the start of its bucket.
 */
export function bucketAt(atS: number, startsOn: string | undefined, { shiftS, skew }: Shift): number {
  const fromS =
    startsOn === undefined ? Math.floor((atS + shiftS) / bucketS) * bucketS - shiftS : startOfDayS(startsOn);
  return bucketOf(atS, fromS, { shiftS, skew });
}

/** Finds a journey id whose shift leaves the moment, and so many seconds from then on, in the bucket of the moment. */
export function unmovedJourneyId(ownerId: string, atS: number, lastingS = 0): string {
  for (;;) {
    const id = crypto.randomUUID();
    const shift = secretShift(ownerId, id);
    const buckets = [bucketAt(atS, undefined, shift), bucketOf(atS + lastingS, atS, shift)];
    if (buckets.every((bucket) => bucket === Math.floor(atS / bucketS))) return id;
  }
}
