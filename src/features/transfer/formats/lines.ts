import type { SensorColumn } from '../../tracks/sensor.rules.ts';
import { createColumns } from './columns.ts';
import { Fault } from './fault.ts';
import { type FilePosition, indexesAtZero } from './positions.ts';
import type { HeartRates, Line, ReadingOptions, Segment } from './reading.ts';
import type { Receipt } from './receipt.ts';
import { findRepeats } from './repeats.ts';
import { usableValue } from './sensor-values.ts';
import { indexesOutOfOrder, parseTime } from './times.ts';

type Draft = {
  kind: Line['kind'];
  name: string | undefined;
  /** A description for people, such as "track 2"; empty outside of lines. */
  place: string;
  segments: number;
  ranges: [start: number, end: number][];
  hasTimes: boolean;
  /** The number of points without a time, and the place of the first one. */
  untimed: { count: number; where: string };
};

/** The time of a point in the columns that the file gives, but that cannot be used. */
const unusable = Number.POSITIVE_INFINITY;

/** Collects the tracks and routes of a file. The calls follow the nesting of the file. A route has one segment. */
export function createLines({ limits, latestMs }: ReadingOptions, receipt: Receipt) {
  const columns = createColumns(limits.points);
  const finished: Draft[] = [];
  const counts = { track: 0, route: 0, segments: 0, points: 0 };
  let line = newDraft('track', '');
  let segmentStart: number | undefined;

  const segmentPlace = () => (line.kind === 'track' ? `${line.place}, segment ${line.segments}` : line.place);
  const pointPlace = (index: number) => `${segmentPlace()}, point ${index + 1}`;
  /** The current place in the file; empty outside of lines. */
  const place = (): string => {
    if (segmentStart === undefined) return line.place;
    const points = columns.length() - segmentStart;
    return points > 0 ? pointPlace(points - 1) : segmentPlace();
  };

  const leaveOutZeros = (points: Segment) => {
    for (const index of indexesAtZero(points)) {
      receipt.note('point_at_zero', pointPlace(index));
      points.longitudes[index] = Number.NaN;
    }
  };

  /** Of the times of placed points, those stay that can be used. */
  const settleTimes = ({ longitudes, recordedAtMs }: Segment) => {
    recordedAtMs.forEach((ms, index) => {
      if (Number.isNaN(longitudes[index]) || ms === unusable) recordedAtMs[index] = Number.NaN;
      else if (Number.isNaN(ms)) {
        line.untimed.where ||= pointPlace(index);
        line.untimed.count += 1;
      }
    });
    for (const index of indexesOutOfOrder(recordedAtMs)) {
      receipt.note('time_out_of_order', pointPlace(index));
      recordedAtMs[index] = Number.NaN;
    }
    line.hasTimes ||= recordedAtMs.some((ms) => !Number.isNaN(ms));
  };

  return {
    place,

    /** A file may have a name of its own for the place of a line. */
    startLine(kind: Line['kind'], ownPlace?: string) {
      if (counts.track + counts.route === limits.lines) throw new Fault(`more than ${limits.lines} tracks and routes`);
      counts[kind] += 1;
      line = newDraft(kind, ownPlace ?? `${kind} ${counts[kind]}`);
    },

    setName(name: string) {
      line.name = receipt.shorten(name, limits.nameLength, 'name_shortened', line.place) || undefined;
    },

    startSegment() {
      if (counts.segments === limits.segments) throw new Fault(`more than ${limits.segments} segments and routes`);
      counts.segments += 1;
      line.segments += 1;
      segmentStart = columns.length();
    },

    /** Adds a point. The file is refused if it gives half of a position. */
    addPoint(position: FilePosition) {
      if (counts.points === limits.points) throw new Fault(`more than ${limits.points} points`);
      counts.points += 1;
      columns.append();
      if (!position.ok) {
        if (!position.isAbsent) throw new Fault(position.why);
        receipt.note('point_without_position', place());
        return;
      }
      columns.setLast('longitudes', position.longitude);
      columns.setLast('latitudes', position.latitude);
    },

    /** Sets the elevation of the last point; undefined for one that cannot be used. */
    setElevation(elevationM: number | undefined) {
      if (elevationM === undefined) receipt.note('elevation_unusable', place());
      else columns.setLast('elevationsM', elevationM);
    },

    /** Sets the time of the last point. An empty text is no time, which some devices write before they have a fix. */
    setTime(text: string) {
      if (latestMs === undefined || text.trim() === '') return;
      const time = parseTime(text, latestMs);
      if (!time.ok) receipt.note(time.fault, place(), quote(text));
      columns.setLast('recordedAtMs', time.ok ? time.ms : unusable);
      columns.setLast('offsetsMinutes', time.ok ? time.offsetMinutes : Number.NaN);
    },

    /**
     * Sets what a sensor measured at the last point. The sensors of a plan are those of another ride. A heart rate is
     * health data, so the receipt does not repeat it.
     */
    setSensor(sensor: SensorColumn, text: string) {
      if (latestMs === undefined) return;
      const value = usableValue(sensor, text);
      const isHeartRate = sensor === 'heartRatesBpm';
      if (value === undefined) receipt.note('sensor_unusable', place(), isHeartRate ? undefined : quote(text));
      // A program may write a value twice, and the second time none.
      else if (!Number.isNaN(value)) columns.setLast(sensor, value);
    },

    endSegment() {
      const start = segmentStart ?? 0;
      const points = columns.cut(start, columns.length());
      leaveOutZeros(points);
      if (latestMs !== undefined) settleTimes(points);
      columns.removeUnplaced(start);
      if (columns.length() - start >= 2) line.ranges.push([start, columns.length()]);
      else receipt.note('segment_too_short', segmentPlace());
      segmentStart = undefined;
    },

    endLine() {
      if (line.segments === 0) receipt.note('line_without_segment', line.place);
      const { where, count: untimed } = line.untimed;
      if (line.hasTimes && untimed > 0) receipt.note('time_missing', where, undefined, untimed);
      if (line.ranges.length > 0) finished.push(line);
      line = newDraft('track', '');
    },

    result(): { lines: Line[]; pointsRead: number; heartRates: HeartRates | undefined } {
      const lines = finished.map(({ kind, name, ranges }) => ({
        kind,
        name,
        segments: ranges.map(([start, end]) => columns.cut(start, end)),
      }));
      const repeats = findRepeats(lines);
      for (const [index, of] of repeats) {
        const [repeat, original] = [finished[index]?.place ?? 'file', finished[of]?.place];
        receipt.note('line_repeated', repeat, `This one follows ${original}.`);
      }
      const kept = lines.filter((_, index) => !repeats.has(index));
      const where = finished.find((_, index) => !repeats.has(index) && countHeartRates(lines[index]) > 0)?.place;
      const count = kept.reduce((sum, line) => sum + countHeartRates(line), 0);
      const heartRates = where === undefined ? undefined : { where, count };
      return { lines: kept, pointsRead: counts.points, heartRates };
    },
  };
}

export const quote = (text: string): string => `Found: "${text.trim().slice(0, 40)}".`;

const countHeartRates = (line: Line | undefined): number =>
  (line?.segments ?? []).reduce(
    (sum, { heartRatesBpm }) => sum + (heartRatesBpm?.filter((rate) => !Number.isNaN(rate)).length ?? 0),
    0,
  );

const newDraft = (kind: Line['kind'], place: string): Draft => ({
  kind,
  name: undefined,
  place,
  segments: 0,
  ranges: [],
  hasTimes: false,
  untimed: { count: 0, where: '' },
});
