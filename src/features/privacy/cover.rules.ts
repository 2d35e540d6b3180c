import type { Position } from '../../lib/geodesy.ts';
import { hmacSha256 } from '../../lib/keys.ts';

export const zoneRadiusM = { least: 1_000, usual: 2_000, most: 20_000 } as const;

/** Radii that a zone's is rounded up to, so that what is cut out does not tell by its size. */
const stepsM = [1_000, 2_000, 3_000, 5_000, 10_000, 20_000] as const;
const metresPerDegree = 111_195;
/** About two kilometres: a place that is marked again is marked a little beside. */
const roundedTo = 0.02;

export type Circle = { longitude: number; latitude: number; radiusM: number };

/**
 * The circle that is cut out for a zone: twice as wide, and its middle anywhere within the zone's (rounded) radius, so
 * that whoever finds the circle knows the place no finer than the zone. Where in it comes from an HMAC over the rider
 * and the rounded place: a zone that is made again is the same. A wider one lies around the narrower one's circle by
 * chance, not around the place, so that seeing both tells no more than the narrower.
 */
export function coverOf(key: Uint8Array, riderId: string, [longitude, latitude]: Position, radiusM: number): Circle {
  const steps = stepsM.slice(0, stepsM.findIndex((stepM) => radiusM <= stepM) + 1);
  const place = `${riderId}:${Math.round(longitude / roundedTo)}:${Math.round(latitude / roundedTo)}`;
  let [eastM, northM] = [0, 0];
  steps.forEach((stepM, index) => {
    const [unitX, unitY] = inDisc(hmacSha256(key, `${place}:${stepM}`));
    const widerByM = stepM - (steps[index - 1] ?? 0);
    eastM += unitX * widerByM;
    northM += unitY * widerByM;
  });
  const cosine = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
  return {
    longitude: wrapped(longitude + eastM / (metresPerDegree * cosine)),
    latitude: Math.max(-90, Math.min(90, latitude + northM / metresPerDegree)),
    radiusM: 2 * (steps.at(-1) ?? zoneRadiusM.most),
  };
}

const wrapped = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180;

/** A point of the unit disc, each as likely, from the first eight bytes. */
function inDisc(bytes: Uint8Array): [x: number, y: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [turn, share] = [view.getUint32(0) / 2 ** 32, view.getUint32(4) / 2 ** 32];
  const distance = Math.sqrt(share);
  return [distance * Math.cos(turn * 2 * Math.PI), distance * Math.sin(turn * 2 * Math.PI)];
}
