import { createColumns } from './columns.ts';
import { Fault } from './fault.ts';
import type { Line, ReadingLimits } from './reading.ts';
import type { Receipt } from './receipt.ts';

type Draft = {
  kind: Line['kind'];
  name: string | undefined;
  /** A description for people, such as "track 2"; empty outside of lines. */
  place: string;
  segments: number;
  ranges: [start: number, end: number][];
  elevationsLeftOut: number;
  timesLeftOut: number;
};

/** Collects the tracks and routes of a file. The calls follow the nesting of the file. A route has one segment. */
export function createLines(
  limits: Pick<ReadingLimits, 'points' | 'lines' | 'segments' | 'nameLength'>,
  receipt: Receipt,
) {
  const columns = createColumns(limits.points);
  const finished: Draft[] = [];
  const count = { track: 0, route: 0, segments: 0 };
  let line = newDraft('track', '');
  let segmentStart: number | undefined;
  let latestMs = Number.NEGATIVE_INFINITY;

  const segmentPlace = () => (line.kind === 'track' ? `${line.place}, segment ${line.segments}` : line.place);

  return {
    /** The current place in the file; empty outside of lines. */
    place(): string {
      if (segmentStart === undefined) return line.place;
      const point = columns.length() - segmentStart;
      return point > 0 ? `${segmentPlace()}, point ${point}` : segmentPlace();
    },

    startLine(kind: Line['kind']) {
      if (count.track + count.route === limits.lines) throw new Fault(`more than ${limits.lines} tracks and routes`);
      count[kind] += 1;
      line = newDraft(kind, `${kind} ${count[kind]}`);
    },

    setName(name: string) {
      line.name = receipt.shorten(name, limits.nameLength, line.place, 'the name') || undefined;
    },

    startSegment() {
      if (count.segments === limits.segments) throw new Fault(`more than ${limits.segments} segments and routes`);
      count.segments += 1;
      line.segments += 1;
      segmentStart = columns.length();
      latestMs = Number.NEGATIVE_INFINITY;
    },

    startPoint() {
      if (columns.length() === limits.points) throw new Fault(`more than ${limits.points} points`);
      columns.append();
    },

    setPosition(longitude: number, latitude: number) {
      columns.setLast('longitudes', longitude);
      columns.setLast('latitudes', latitude);
    },

    /** Sets the elevation of the last point; undefined for an invalid one. */
    setElevation(elevationM: number | undefined) {
      if (elevationM === undefined) line.elevationsLeftOut += 1;
      else columns.setLast('elevationsM', elevationM);
    },

    /** Sets the time of the last point; undefined for an empty one. */
    setTime(recordedAtMs: number | undefined) {
      if (recordedAtMs === undefined) {
        line.timesLeftOut += 1;
        return;
      }
      if (recordedAtMs < latestMs) throw new Fault('the time is before that of an earlier point');
      latestMs = recordedAtMs;
      columns.setLast('recordedAtMs', recordedAtMs);
    },

    endSegment() {
      const start = segmentStart ?? 0;
      const end = columns.length();
      if (end - start >= 2) line.ranges.push([start, end]);
      else receipt.note(segmentPlace(), end > start ? 'it has one point only' : 'it has no point');
      segmentStart = undefined;
    },

    endLine() {
      const { place, segments, ranges, elevationsLeftOut, timesLeftOut } = line;
      if (segments === 0) receipt.note(place, 'it has no segment');
      if (elevationsLeftOut > 0) receipt.note(place, `invalid elevations: ${elevationsLeftOut}`);
      if (timesLeftOut > 0) receipt.note(place, `empty times: ${timesLeftOut}`);
      if (ranges.length > 0) finished.push(line);
      line = newDraft('track', '');
    },

    result: (): { lines: Line[]; pointsRead: number } => ({
      lines: finished.map(({ kind, name, ranges }) => ({
        kind,
        name,
        segments: ranges.map(([start, end]) => columns.cut(start, end)),
      })),
      pointsRead: columns.length(),
    }),
  };
}

const newDraft = (kind: Line['kind'], place: string): Draft => ({
  kind,
  name: undefined,
  place,
  segments: 0,
  ranges: [],
  elevationsLeftOut: 0,
  timesLeftOut: 0,
});
