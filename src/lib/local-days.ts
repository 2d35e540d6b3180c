import findZone from '@photostructure/tz-lookup';

type TimedPoints = {
  longitudes: Float64Array;
  latitudes: Float64Array;
  /** Milliseconds since 1970; `NaN` marks a missing time. */
  recordedAtMs: Float64Array;
  /** Minutes east of Greenwich; `NaN` for a time without an offset. */
  offsetsMinutes: Float64Array;
};

/** Days as `YYYY-MM-DD` in order, and the clocks that gave them: `Pacific/Auckland`, or an offset such as `+13:00`. */
export type LocalDays = { days: string[]; clocks: string[] };

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The offset of every zone is a multiple of this, so that its day changes only at such a step. */
const stepMs = 15 * minuteMs;
/** The library's own borders are hardly finer than such squares, of 5 km. */
const squaresPerDegree = 20;

/** The days on which lines were ridden, by the offset of each time, else by the time zone of its place. */
export function localDays(stretches: readonly TimedPoints[]): LocalDays {
  const days = new Set<string>();
  const offsetDays = new Set<number>();
  const offsets = new Set<number>();
  const stepsByZone = new Map<string, Set<number>>();
  const zoneAt = createZoneFinder();

  for (const { longitudes, latitudes, recordedAtMs, offsetsMinutes } of stretches) {
    recordedAtMs.forEach((ms, index) => {
      if (Number.isNaN(ms)) return;
      const offset = offsetsMinutes[index] ?? Number.NaN;
      if (!Number.isNaN(offset)) {
        offsets.add(offset);
        offsetDays.add(Math.floor((ms + offset * minuteMs) / dayMs));
        return;
      }
      const zone = zoneAt(longitudes[index] ?? 0, latitudes[index] ?? 0);
      const steps = stepsByZone.get(zone) ?? new Set();
      stepsByZone.set(zone, steps.add(Math.floor(ms / stepMs)));
    });
  }
  for (const day of offsetDays) days.add(new Date(day * dayMs).toISOString().slice(0, 10));
  for (const [zone, steps] of stepsByZone) {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    for (const step of steps) days.add(format.format(step * stepMs));
  }
  return { days: [...days].sort(), clocks: [...stepsByZone.keys(), ...[...offsets].map(writeOffset)].sort() };
}

/** Looks up a zone only where the point is in another square than the one before it. */
function createZoneFinder(): (longitude: number, latitude: number) => string {
  let [zone, square] = ['', ''];
  return (longitude, latitude) => {
    const here = `${Math.floor(longitude * squaresPerDegree)} ${Math.floor(latitude * squaresPerDegree)}`;
    if (here !== square) zone = findZone(latitude, longitude);
    square = here;
    return zone;
  };
}

function writeOffset(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
