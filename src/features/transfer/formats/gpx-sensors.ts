import { type SensorColumn, sensorColumns } from '../../tracks/sensor.rules.ts';
import type { Outline } from './xml-outline.ts';

/**
 * The namespaces in which programs write what sensors measured. A prefix says nothing, because each file chooses its own.
 * Some programs take the address of the schema for the namespace.
 * - tpx: https://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd, and version 1
 * - pwr: https://www8.garmin.com/xmlschemas/PowerExtensionv1.xsd
 * - gpxx: https://www8.garmin.com/xmlschemas/GpxExtensionsv3.xsd
 * - data: http://www.cluetrust.com/Schemas/gpxdata10.xsd
 */
const namespaces: readonly [prefix: string, uri: RegExp][] = [
  ['tpx:', /^https?:\/\/www8?\.garmin\.com\/xmlschemas\/TrackPointExtension(?:\/v[12]\/?|v[12]\.xsd)$/i],
  ['pwr:', /^https?:\/\/www8?\.garmin\.com\/xmlschemas\/PowerExtension(?:\/v1\/?|v1\.xsd)$/i],
  ['gpxx:', /^https?:\/\/www8?\.garmin\.com\/xmlschemas\/GpxExtensions(?:\/v3\/?|v3\.xsd)$/i],
  ['data:', /^https?:\/\/www\.cluetrust\.com\/(?:XML\/GPXDATA\/1\/0\/?|Schemas\/gpxdata10\.xsd)$/i],
];

/** The prefix that stands for a namespace in the names of an outline. */
export const sensorPrefix = (uri: string): string | undefined =>
  namespaces.find(([, pattern]) => pattern.test(uri))?.[0];

/** The names that programs have for a value, in the namespaces in which they write it. Empty is that of GPX itself. */
const elements: Readonly<Record<SensorColumn, { names: readonly string[]; prefixes: readonly string[] }>> = {
  powersW: { names: ['power', 'PowerInWatts'], prefixes: ['', 'tpx:', 'pwr:', 'data:'] },
  cadencesRpm: { names: ['cad', 'cadence', 'rpm'], prefixes: ['', 'tpx:', 'data:'] },
  temperaturesC: { names: ['atemp', 'temp', 'temperature', 'Temperature'], prefixes: ['', 'tpx:', 'gpxx:', 'data:'] },
  heartRatesBpm: { names: ['hr', 'heartrate', 'heart_rate', 'heatrate', 'bpm'], prefixes: ['', 'tpx:', 'data:'] },
};

/** Elements that hold values, in any of the namespaces. */
const holders = ['', ...namespaces.map(([prefix]) => prefix)].flatMap((prefix) => [
  `${prefix}TrackPointExtension`,
  `${prefix}PowerExtension`,
]);

/** The `extensions` of a point. */
export function sensorOutline(set: (sensor: SensorColumn, text: string) => void): Outline {
  const values: Record<string, Outline> = {};
  for (const sensor of sensorColumns) {
    const outline: Outline = { text: (value) => set(sensor, value) };
    const { names, prefixes } = elements[sensor];
    for (const prefix of prefixes) for (const name of names) values[prefix + name] = outline;
  }
  const held = Object.fromEntries(holders.map((name) => [name, { children: values }]));
  return { holdsAnything: true, children: { ...values, ...held } };
}
