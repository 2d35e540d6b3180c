import { type Shift, shiftOf } from '../../src/features/presence/shift.rules.ts';
import { config } from './app.ts';

const bucketS = 259_200;

/** The shift and skew of a journey. */
export const secretShift = (ownerId: string, journeyId: string): Shift =>
  shiftOf(config.keys.shift, ownerId, journeyId);

export const startOfDayS = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1_000;

/** The bucket of a moment (in seconds since 1970) of a journey with or without a first day. */
export function bucketAt(atS: number, startsOn: string | undefined, { shiftS, skew }: Shift): number {
  const underWayS = startsOn === undefined ? 0 : Math.max(0, atS - startOfDayS(startsOn));
  return Math.floor((atS + shiftS + skew * underWayS) / bucketS);
}

/** Finds a journey id whose shift leaves the moment in its bucket. */
export function unmovedJourneyId(ownerId: string, atS: number): string {
  for (;;) {
    const id = crypto.randomUUID();
    if (bucketAt(atS, undefined, secretShift(ownerId, id)) === Math.floor(atS / bucketS)) return id;
  }
}
