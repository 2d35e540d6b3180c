import { addDays } from '../../lib/days.ts';

type Schedule = { distanceM: number; startsOn: string | null; dailyDistanceM: number | null };

/**
 * How many days a plan takes at its daily distance, and its last day; null where the plan has no daily distance or
 * first day.
 */
export function plannedDays({ distanceM, startsOn, dailyDistanceM }: Schedule): {
  days: number | null;
  endsOn: string | null;
} {
  if (!dailyDistanceM || distanceM === 0) return { days: null, endsOn: null };
  const days = Math.ceil(distanceM / dailyDistanceM);
  return { days, endsOn: startsOn && addDays(startsOn, days - 1) };
}
