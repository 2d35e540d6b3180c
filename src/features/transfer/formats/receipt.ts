import type { LeftOut, LeftOutCode } from '../import.table.ts';
import type { Reading, ReadingResult } from './reading.ts';

/** Why a thing is left out or changed, as docs/files.md says it. */
export const reasons: Readonly<Record<LeftOutCode, string>> = {
  line_without_segment: 'A track without a segment has no line.',
  segment_too_short: 'A segment or route needs two points.',
  line_repeated: 'A line that follows another line of the file is counted once.',
  point_without_position: 'A point needs a latitude and a longitude.',
  point_at_zero: 'A point at exactly 0, 0 that is far from its neighbours is a receiver without a position.',
  waypoint_without_position: 'A waypoint needs a latitude from -90 to 90 and a longitude.',
  waypoint_without_name: 'A waypoint without a name gets one, such as “Waypoint 1”.',
  feature_without_line_or_point: 'Of GeoJSON, lines and points are read. Areas and features without a place are not.',
  elevation_unusable: 'An elevation is a number from -1,000 to 20,000 metres.',
  time_unreadable: 'A time is a date with a time of day, such as 2026-06-01T08:00:00Z.',
  time_impossible:
    'A time is a real moment between 1970 and now, and not the day on which the clock of a receiver starts.',
  time_out_of_order: 'Times never go back within a segment. As few as possible were left out.',
  time_missing: 'A point without a time counts as passed at the time of the next point with one.',
  sensor_unusable:
    'Power is from 0 to 10,000 watts, a cadence from 0 to 254 a minute, a temperature from -60 to 100 °C, and a heart rate from 1 to 254 a minute.',
  heart_rate_without_consent:
    'A heart rate is health data, which Kairos keeps only with your consent. Once you consent, replace this import with the same file.',
  name_shortened: 'A long name is cut.',
  notes_shortened: 'A long description is cut.',
};

/** Collects the parts of a file that the reader leaves out or changes, so that the response can list them. */
export type Receipt = {
  /** Counts things. The place and the detail are those of the first one of its kind. */
  note(code: LeftOutCode, where: string, detail?: string, count?: number): void;
  /** Cuts the text to `maxLength` UTF-16 units, but never inside a character. */
  shorten(text: string, maxLength: number, code: LeftOutCode, where: string): string;
  leftOut(): LeftOut[];
};

export function createReceipt(): Receipt {
  const entries = new Map<LeftOutCode, LeftOut>();

  const note: Receipt['note'] = (code, where, detail, count = 1) => {
    const entry = entries.get(code);
    if (entry) entry.count += count;
    else entries.set(code, { code, where, count, why: [reasons[code], detail].filter(Boolean).join(' ') });
  };

  return {
    note,
    shorten(text, maxLength, code, where) {
      if (text.length <= maxLength) return text;
      note(code, where, `It has ${text.length} characters, and the first ${maxLength} are kept.`);
      const cut = text.slice(0, maxLength);
      return cut.isWellFormed() ? cut : cut.slice(0, -1);
    },
    leftOut: () => [...entries.values()],
  };
}

/** A file of any format must have something to keep. */
export const finishReading = (reading: Omit<Reading, 'leftOut'>, receipt: Receipt): ReadingResult =>
  reading.lines.length > 0 || reading.waypoints.length > 0
    ? { ok: true, ...reading, leftOut: receipt.leftOut() }
    : { ok: false, where: 'file', why: 'it has no waypoint with a position, and no track or route of two points' };
