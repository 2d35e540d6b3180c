import type { SensorColumn } from '../../tracks/sensor.rules.ts';
import { parseDecimal } from './xml-values.ts';

/** No ride goes beyond these. Devices write 255, 65535 or 127 for an unknown value. */
const ranges: Readonly<Record<SensorColumn, readonly [lowest: number, highest: number]>> = {
  powersW: [0, 10_000],
  cadencesRpm: [0, 254],
  temperaturesC: [-60, 100],
  heartRatesBpm: [1, 254],
};

/** How programs write that there is no value. */
const none = /^(?:[-+]?nan)?$/i;

/**
 * The value of a sensor; `NaN` for none, as a device writes it that has lost its sensor: an empty text, “nan”, or a heart
 * rate of 0 or -1. Undefined for a value that cannot be used.
 */
export function usableValue(sensor: SensorColumn, text: string): number | undefined {
  if (none.test(text.trim())) return Number.NaN;
  const value = parseDecimal(text);
  if (value === undefined) return undefined;
  if (sensor === 'heartRatesBpm' && (value === 0 || value === -1)) return Number.NaN;
  const [lowest, highest] = ranges[sensor];
  if (value < lowest || value > highest) return undefined;
  // Postgres refuses a number that is nearer to 0 than its type can hold.
  return sensor === 'temperaturesC' ? Number(value.toFixed(7)) : Math.round(value);
}
