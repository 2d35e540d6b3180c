import type { SensorColumns } from '../../tracks/sensor.rules.ts';
import type { LeftOut } from '../import.table.ts';

/**
 * Consecutive points, as columns of equal length: 300,000 points take 12 MB this way, and over 60 MB as objects. `NaN`
 * marks a missing value.
 */
export type Segment = {
  /** Degrees on WGS84, -180..180. */
  readonly longitudes: Float64Array;
  /** Degrees on WGS84, -90..90. */
  readonly latitudes: Float64Array;
  readonly elevationsM: Float64Array;
  /** Milliseconds since 1970 in UTC, never decreasing within a segment. */
  readonly recordedAtMs: Float64Array;
  /** The minutes east of Greenwich that the file writes with the time. Missing for UTC. */
  readonly offsetsMinutes: Float64Array;
} & SensorColumns;

/** One track or route. Every segment has at least two points. */
export type Line = { kind: 'track' | 'route'; name: string | undefined; segments: readonly Segment[] };

export type Waypoint = {
  name: string;
  notes: string;
  longitude: number;
  latitude: number;
  elevationM: number | undefined;
  recordedAt: Date | undefined;
};

/**
 * The content of a file. `pointsRead` counts all points of tracks and routes, also those left out, but no waypoints.
 */
export type Reading = {
  name: string | undefined;
  lines: readonly Line[];
  waypoints: readonly Waypoint[];
  pointsRead: number;
  leftOut: readonly LeftOut[];
  /** The heart rates of the lines, which are kept only with the rider's consent. Undefined without any. */
  heartRates: HeartRates | undefined;
};

/** The first line of the file with one, and how many points have one. */
export type HeartRates = { where: string; count: number };

/**
 * A file is refused only if its lines cannot be read. A refusal names the place and the fault. Other things that cannot
 * be used are left out, and the receipt says so.
 */
export type ReadingResult = ({ ok: true } & Reading) | { ok: false; where: string; why: string };

export type ReadingOptions = {
  limits: Readonly<ReadingLimits>;
  /**
   * No time may be later. Undefined for a plan: its times say when it was drawn, not when its rider will be there, so
   * they are not read.
   */
  latestMs: number | undefined;
};

/** Reads a file of one format as a stream. */
export type Reader = (bytes: AsyncIterable<Uint8Array>, options: ReadingOptions) => Promise<ReadingResult>;

/** The limits of one file. Lengths of text are in UTF-16 units, as everywhere in the API. */
export type ReadingLimits = {
  bytes: number;
  points: number;
  lines: number;
  segments: number;
  waypoints: number;
  /** The depth of nested elements. */
  depth: number;
  attributesPerElement: number;
  /** The length of one text, tag, comment or attribute. A file with a longer one is refused. */
  textLength: number;
  /** Longer names and notes are shortened, and the receipt says so. */
  nameLength: number;
  notesLength: number;
};

export const readingLimits: Readonly<ReadingLimits> = {
  bytes: 20 * 1024 * 1024,
  points: 300_000,
  lines: 1_000,
  segments: 10_000,
  waypoints: 2_000,
  depth: 16,
  attributesPerElement: 64,
  textLength: 100_000,
  nameLength: 200,
  notesLength: 5_000,
};
