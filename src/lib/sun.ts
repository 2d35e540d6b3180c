import { getTimes } from 'suncalc';
import type { Position } from './geodesy.ts';

export type SunTimes = {
  sunrise: Date | undefined;
  sunset: Date | undefined;
  /** The time from sunrise to sunset: 24 hours in the polar day, 0 in the polar night. */
  daylightS: number;
};

const daySeconds = 24 * 60 * 60;
const hourMs = 60 * 60 * 1_000;

/**
 * Sunrise and sunset on a day (`YYYY-MM-DD`) at a place, to the minute. The day is that of local solar time, in which
 * noon is when the sun is highest. Fifteen degrees of longitude are an hour.
 */
export function sunTimes(day: string, [longitude, latitude]: Position): SunTimes {
  const noon = new Date(Date.parse(`${day}T12:00:00Z`) - (longitude / 15) * hourMs);
  const { sunrise, sunset, alwaysUp } = getTimes(noon, latitude, longitude);
  if (!sunrise || !sunset) return { sunrise: undefined, sunset: undefined, daylightS: alwaysUp ? daySeconds : 0 };
  const daylightS = Math.round((sunset.getTime() - sunrise.getTime()) / 1_000);
  return { sunrise: toMinute(sunrise), sunset: toMinute(sunset), daylightS };
}

const toMinute = (time: Date): Date => new Date(Math.round(time.getTime() / 60_000) * 60_000);
