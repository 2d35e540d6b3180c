import type { LinePart } from '../../../lib/binary-columns.ts';
import type { SensorValues } from '../../tracks/sensor.rules.ts';

type Kind = 'plan' | 'past';

/** Points without a gap. Each has a time in milliseconds, or none has. */
export type WrittenPart = LinePart & { recordedAtMs: Float64Array | undefined; measured: SensorValues };

export type WrittenLine = {
  id: string;
  kind: Kind;
  /** Null for the lines of other riders. */
  name: string | null;
  parts: readonly WrittenPart[];
};

export type WrittenMarker = {
  id: string;
  markerType: Kind;
  name: string;
  notes: string;
  position: readonly [longitude: number, latitude: number];
  elevationM: number | null;
  at: Date | null;
};

/** A journey as a file of any format has it. Lines and markers come as they are read from the database. */
export type WrittenJourney = {
  name: string;
  markers: AsyncIterable<WrittenMarker>;
  lines: AsyncIterable<WrittenLine>;
  /** Whether lines may have what sensors measured. */
  hasSensors: boolean;
};

/** Writes a file piece by piece. */
export type Writer = (journey: WrittenJourney) => AsyncGenerator<string, void>;

/** How many points a piece of a file has at most. */
export const pointsPerPiece = 500;

/** Seven decimals of a degree are a centimetre, as in every other answer. */
const decimals = 1e7;

/** Never writes an exponent, which xsd:decimal does not allow. */
export function writeDecimal(value: number): string {
  const rounded = Math.round(value * decimals) / decimals;
  return rounded !== 0 && Math.abs(rounded) < 1e-6 ? rounded.toFixed(7) : String(rounded);
}

export const writeTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
