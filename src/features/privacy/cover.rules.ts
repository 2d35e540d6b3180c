import type { Position } from '../../lib/geodesy.ts';
import { hmacSha256 } from '../../lib/keys.ts';

export const zoneRadiusM = { min: 1_000, default: 2_000, max: 20_000 } as const;

/** Radii that a zone's is rounded up to, so that what is cut out does not tell by its size. */
const stepsM = [2_000, 5_000, 10_000, 20_000] as const;
const metresPerDegree = 111_195;
/** About two kilometres: a place that is marked again is marked a little beside. */
const roundedTo = 0.02;

export type Circle = { longitude: number; latitude: number; radiusM: number };

/**
 * The circle that is cut out for a zone: twice as wide, and its middle anywhere within the zone's (rounded) radius, so
 * that whoever finds the circle knows the place no finer than the zone. Where in it comes from an HMAC over the rider
 * and the rounded place: a zone that is made again is the same. A wider one lies beside the narrower one's circle, by as
 * much as it is wider and in any direction, so that seeing both tells no more than the narrower.
 */
export function coverOf(key: Uint8Array, riderId: string, [longitude, latitude]: Position, radiusM: number): Circle {
  const steps = stepsM.slice(0, stepsM.findIndex((stepM) => radiusM <= stepM) + 1);
  const place = `${riderId}:${Math.round(longitude / roundedTo)}:${Math.round(latitude / roundedTo)}`;
  let [eastM, northM] = [0, 0];
  steps.forEach((stepM, index) => {
    const bytes = hmacSha256(key, `${place}:${stepM}`);
    // Two discs one after the other would come together in the middle.
    const [unitX, unitY] = index === 0 ? inDisc(bytes) : onCircle(bytes);
    const widerByM = stepM - (steps[index - 1] ?? 0);
    eastM += unitX * widerByM;
    northM += unitY * widerByM;
  });
  const cosine = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
  return {
    longitude: wrapped(longitude + eastM / (metresPerDegree * cosine)),
    latitude: Math.max(-90, Math.min(90, latitude + northM / metresPerDegree)),
    radiusM: 2 * (steps.at(-1) ?? zoneRadiusM.max),
  };
}

const wrapped = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180;

/** A point of the unit circle, each as likely, from the first four bytes. */
function onCircle(bytes: Uint8Array): [x: number, y: number] {
  const turn = (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32) * 2 * Math.PI;
  return [Math.cos(turn), Math.sin(turn)];
}

/** A point of the unit disc, each as likely, from the first eight bytes. */
function inDisc(bytes: Uint8Array): [x: number, y: number] {
  const distance = Math.sqrt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(4) / 2 ** 32);
  const [x, y] = onCircle(bytes);
  return [distance * x, distance * y];
}
