import type { Sensor } from './reading.ts';
import type { Outline } from './xml-outline.ts';

/**
 * The namespaces in which programs write what sensors measured. A prefix says nothing, because each file chooses its own.
 * - tpx: https://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd, and version 1
 * - pwr: https://www8.garmin.com/xmlschemas/PowerExtensionv1.xsd
 * - gpxx: https://www8.garmin.com/xmlschemas/GpxExtensionsv3.xsd
 * - data: http://www.cluetrust.com/Schemas/gpxdata10.xsd
 */
const namespaces: readonly [prefix: string, uri: RegExp][] = [
  ['tpx:', /^https?:\/\/www\.garmin\.com\/xmlschemas\/TrackPointExtension\/v[12]\/?$/i],
  ['pwr:', /^https?:\/\/www\.garmin\.com\/xmlschemas\/PowerExtension\/v1\/?$/i],
  ['gpxx:', /^https?:\/\/www\.garmin\.com\/xmlschemas\/GpxExtensions\/v3\/?$/i],
  ['data:', /^https?:\/\/www\.cluetrust\.com\/XML\/GPXDATA\/1\/0\/?$/i],
];

/** The prefix that stands for a namespace in the names of an outline. */
export const sensorPrefix = (uri: string): string | undefined =>
  namespaces.find(([, pattern]) => pattern.test(uri))?.[0];

/** The `extensions` of a point. Some programs write power, or all of it, in the namespace of GPX itself. */
export function sensorOutline(set: (sensor: Sensor, text: string) => void): Outline {
  const outlineOf = (sensor: Sensor): Outline => ({ text: (value) => set(sensor, value) });
  const power = outlineOf('powersW');
  const cadence = outlineOf('cadencesRpm');
  const temperature = outlineOf('temperaturesC');
  const heartRate = outlineOf('heartRatesBpm');
  const trackPoint: Outline = {
    children: {
      hr: heartRate,
      cad: cadence,
      atemp: temperature,
      power,
      'tpx:hr': heartRate,
      'tpx:cad': cadence,
      'tpx:atemp': temperature,
      'tpx:power': power,
    },
  };
  return {
    holdsAnything: true,
    children: {
      power,
      TrackPointExtension: trackPoint,
      'tpx:TrackPointExtension': trackPoint,
      'gpxx:TrackPointExtension': { children: { 'gpxx:Temperature': temperature } },
      'pwr:PowerInWatts': power,
      'data:hr': heartRate,
      'data:cadence': cadence,
      'data:temp': temperature,
      'data:power': power,
    },
  };
}
