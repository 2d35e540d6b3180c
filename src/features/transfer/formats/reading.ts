/**
 * Points in a row, as columns of equal length: a file of 300,000 points is 10 MB this way and over 60 MB as objects.
 * `NaN` stands for what the file does not say.
 */
export type Segment = {
  /** Degrees on WGS84, -180..180. */
  readonly longitudes: Float64Array;
  /** Degrees on WGS84, -90..90. */
  readonly latitudes: Float64Array;
  readonly elevationsM: Float64Array;
  /** Milliseconds since 1970 in UTC, never going back within a segment. */
  readonly recordedAtMs: Float64Array;
};

/** One track or route; every segment has two points or more. */
export type Line = { kind: 'track' | 'route'; name: string | undefined; segments: readonly Segment[] };

export type Waypoint = {
  name: string;
  notes: string;
  longitude: number;
  latitude: number;
  elevationM: number | undefined;
  recordedAt: Date | undefined;
};

/** What a file held and the reading does not, for the receipt; `where` as in a refusal, without the line. */
export type LeftOut = { where: string; why: string };

/** What a file says. `pointsRead` counts the points of tracks and routes, those left out too, and no waypoint. */
export type Reading = {
  name: string | undefined;
  lines: readonly Line[];
  waypoints: readonly Waypoint[];
  pointsRead: number;
  leftOut: readonly LeftOut[];
};

/** A file is read as a whole or refused as a whole, naming the place and the fault. */
export type ReadingResult = ({ ok: true } & Reading) | { ok: false; where: string; why: string };

/** How much one file may hold. Lengths of text are in UTF-16 units, as everywhere on the wire. */
export type ReadingLimits = {
  bytes: number;
  points: number;
  lines: number;
  segments: number;
  waypoints: number;
  /** Elements within elements. */
  depth: number;
  attributesPerElement: number;
  /** One text, tag, comment or attribute; longer ones refuse the file. */
  textLength: number;
  /** Longer names and notes are shortened, and the receipt says so. */
  nameLength: number;
  notesLength: number;
  /** Entries of the receipt; one more counts the rest. */
  leftOut: number;
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
  leftOut: 100,
};
