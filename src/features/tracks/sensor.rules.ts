import { concat } from '../../lib/geodesy.ts';
import type { NewTrackSensors, SensorKind } from './sensor.table.ts';

export const sensorColumns = ['powersW', 'cadencesRpm', 'temperaturesC', 'heartRatesBpm'] as const;
export type SensorColumn = (typeof sensorColumns)[number];

/**
 * What sensors measured at the points of a segment: one value per point, `NaN` for none. A column is missing where no
 * point has a value.
 */
export type SensorColumns = { readonly [column in SensorColumn]?: Float64Array | undefined };

/** The same of a line that is kept, by the names that riders see. */
export type SensorValues = { readonly [kind in SensorKind]?: Float64Array | undefined };

type MeasuredLine = { segments: readonly ({ longitudes: Float64Array } & SensorColumns)[] };

const pointsOf = ({ segments }: MeasuredLine): number =>
  segments.reduce((sum, { longitudes }) => sum + longitudes.length, 0);

/** One value per point of the line. Undefined if no point has one. */
function valuesOf(line: MeasuredLine, column: SensorColumn): Float64Array | undefined {
  if (line.segments.every((segment) => segment[column] === undefined)) return undefined;
  return concat(
    line.segments.map((segment) => segment[column] ?? new Float64Array(segment.longitudes.length).fill(Number.NaN)),
  );
}

/** What the sensors of a line measured, without heart rates. Undefined if there is nothing. */
export function keptSensorsOf(
  line: MeasuredLine,
): Pick<NewTrackSensors, 'powerW' | 'cadenceRpm' | 'temperatureC'> | undefined {
  const values = {
    powerW: valuesOf(line, 'powersW'),
    cadenceRpm: valuesOf(line, 'cadencesRpm'),
    temperatureC: valuesOf(line, 'temperaturesC'),
  };
  return values.powerW || values.cadenceRpm || values.temperatureC ? values : undefined;
}

/** One byte per point, 0 for none. */
export function heartRatesOf(line: MeasuredLine): Uint8Array | undefined {
  const rates = valuesOf(line, 'heartRatesBpm');
  return rates && Uint8Array.from(rates, (rate) => rate || 0);
}

/** Of a value in the database. Heart rates, a byte each, are not counted for the rider's bound. */
const bytesOf = { powersW: 2, cadencesRpm: 2, temperaturesC: 4 } as const;
const counted = ['powersW', 'cadencesRpm', 'temperaturesC'] as const;

/** The bytes of the sensors of a line that count for the rider's bound. */
export function sensorBytesOf(line: MeasuredLine): number {
  const measured = counted.filter((column) => line.segments.some((segment) => segment[column] !== undefined));
  return measured.reduce((sum, column) => sum + pointsOf(line) * bytesOf[column], 0);
}
