import { addDays } from '../../lib/days.ts';
import { ascentM, type ClimbStretch, joinTouching, type Position } from '../../lib/geodesy.ts';
import { type SunTimes, sunTimes } from '../../lib/sun.ts';

/** The elevations of an unbroken part of a line, by the line's number, and where it starts and ends. */
export type ClimbPart = { line: number; elevations_m: number[]; start: Position; end: Position };

/** A day of a plan as the database cuts it. Distances are counted from the start of the plan. */
export type DayCut = {
  /** The number of the day, from 0. */
  day: number;
  fromM: number;
  toM: number;
  start: Position | null;
  end: Position | null;
  /** The parts of the lines; null where no line has elevations. */
  climbs: readonly ClimbPart[] | null;
  /** The distances at which the plan passes the rider's markers; null where the viewer may not see markers. */
  markersM: number[] | null;
};

export type PlannedDay = Omit<DayCut, 'climbs' | 'markersM'> & {
  date: string | undefined;
  ascentM: number | undefined;
  longestGapM: number | undefined;
  sun: SunTimes | undefined;
};

/** The longest distance without a marker between the start and the end of a day. */
export function longestGapM(fromM: number, toM: number, markersM: readonly number[]): number {
  const stopsM = [...markersM.filter((atM) => atM > fromM && atM < toM).toSorted((a, b) => a - b), toM];
  let [beforeM, longestM] = [fromM, 0];
  for (const atM of stopsM) {
    longestM = Math.max(longestM, atM - beforeM);
    beforeM = atM;
  }
  return longestM;
}

/** The sunrise where the day starts, and the sunset where it ends. */
function sunOf(date: string, start: Position | null, end: Position | null): SunTimes | undefined {
  const [first, last] = [start ?? end, end ?? start];
  if (!first || !last) return;
  const morning = sunTimes(date, first);
  return { ...morning, sunset: sunTimes(date, last).sunset };
}

const toStretch = ({ elevations_m, start, end }: ClimbPart): ClimbStretch => ({
  start,
  end,
  elevationsM: Float64Array.from(elevations_m),
});

/** Lines are not joined, so that the ascents of the days add up to those of the lines. */
const joinWithinLines = (climbs: readonly ClimbPart[]): Float64Array[] =>
  [...Map.groupBy(climbs, ({ line }) => line).values()].flatMap((parts) => joinTouching(parts.map(toStretch)));

export function planDay({ climbs, markersM, ...cut }: DayCut, startsOn: string | null): PlannedDay {
  const date = startsOn === null ? undefined : addDays(startsOn, cut.day);
  return {
    ...cut,
    date,
    ascentM: climbs ? ascentM(joinWithinLines(climbs)) : undefined,
    longestGapM: markersM ? longestGapM(cut.fromM, cut.toM, markersM) : undefined,
    sun: date === undefined ? undefined : sunOf(date, cut.start, cut.end),
  };
}
