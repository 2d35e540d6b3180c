import type { NewTrackSensors } from './sensor.table.ts';

export type SensorValues = Pick<NewTrackSensors, 'powerW' | 'cadenceRpm' | 'temperatureC'>;

type Column = 'powersW' | 'cadencesRpm' | 'temperaturesC' | 'heartRatesBpm';

/** What the sensors measured at the points of a segment; a column is missing where no point has a value. */
export type SensorColumns = { readonly [column in Column]?: Float64Array | undefined };

type MeasuredLine = { segments: readonly ({ longitudes: Float64Array } & SensorColumns)[] };

/** One value per point of the line, null for none. Undefined if no point has one. */
function valuesOf({ segments }: MeasuredLine, column: Column): (number | null)[] | undefined {
  if (segments.every((segment) => segment[column] === undefined)) return undefined;
  return segments.flatMap((segment) =>
    Array.from(segment[column] ?? new Float64Array(segment.longitudes.length).fill(Number.NaN), (value) =>
      Number.isNaN(value) ? null : value,
    ),
  );
}

/** What the sensors of a line measured, without heart rates. Undefined if there is nothing. */
export function sensorValuesOf(line: MeasuredLine): SensorValues | undefined {
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
  return rates && Uint8Array.from(rates, (rate) => rate ?? 0);
}

/** Of a value in the database. Heart rates, a byte each, are not counted for the rider's bound. */
const bytesOf = { powersW: 2, cadencesRpm: 2, temperaturesC: 4 } as const;
const counted = ['powersW', 'cadencesRpm', 'temperaturesC'] as const;

/** The bytes of the sensors of a line that count for the rider's bound. */
export function sensorBytesOf({ segments }: MeasuredLine): number {
  const points = segments.reduce((sum, { longitudes }) => sum + longitudes.length, 0);
  const measured = counted.filter((column) => segments.some((segment) => segment[column] !== undefined));
  return measured.reduce((sum, column) => sum + points * bytesOf[column], 0);
}
