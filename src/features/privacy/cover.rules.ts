import type { Position } from '../../lib/geodesy.ts';
import { hmacSha256 } from '../../lib/keys.ts';

export const zoneRadiusM = { min: 1_000, default: 2_000, max: 20_000 } as const;

/** A zone's radius is rounded up to one of these, so that the size of the cover reveals less of it. */
const stepsM = [2_000, 5_000, 10_000, 20_000] as const;
const metresPerDegree = 111_195;
/** About two kilometres, because a rider who creates a zone again chooses a slightly different centre. */
const roundingDegrees = 0.02;

export type Circle = { longitude: number; latitude: number; radiusM: number };

/**
 * The circle that is cut out instead of a zone. It is twice as wide, and its middle is anywhere within the zone's
 * rounded radius, so that a stranger who finds the circle learns only the zone and not the place. The offset comes from
 * an HMAC over the rider and the rounded place, so a zone that is created again has the same cover,
 * unless its place is rounded differently.
 */
export function coverOf(key: Uint8Array, riderId: string, [longitude, latitude]: Position, radiusM: number): Circle {
  const steps = stepsM.slice(0, stepsM.findIndex((stepM) => radiusM <= stepM) + 1);
  const place = `${riderId}:${Math.round(longitude / roundingDegrees)}:${Math.round(latitude / roundingDegrees)}`;
  let [eastM, northM] = [0, 0];
  // The middle of a wider cover is moved on from that of the narrower one by the difference of the radii, in any
  // direction, so that both together reveal no more than the narrower one.
  steps.forEach((stepM, index) => {
    const bytes = hmacSha256(key, `${place}:${stepM}`);
    // Only the first offset is from a disc: the sum of two such offsets would be near the middle more often.
    const [unitX, unitY] = index === 0 ? pointInDisc(bytes) : pointOnCircle(bytes);
    const widerByM = stepM - (steps[index - 1] ?? 0);
    eastM += unitX * widerByM;
    northM += unitY * widerByM;
  });
  const cosine = Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
  return {
    longitude: wrapLongitude(longitude + eastM / (metresPerDegree * cosine)),
    latitude: Math.max(-90, Math.min(90, latitude + northM / metresPerDegree)),
    radiusM: 2 * (steps.at(-1) ?? zoneRadiusM.max),
  };
}

const wrapLongitude = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180;

/** A uniformly distributed point of the unit circle, from the first four bytes. */
function pointOnCircle(bytes: Uint8Array): [x: number, y: number] {
  const turn = (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32) * 2 * Math.PI;
  return [Math.cos(turn), Math.sin(turn)];
}

/** A uniformly distributed point of the unit disc, from the first eight bytes. */
function pointInDisc(bytes: Uint8Array): [x: number, y: number] {
  const distance = Math.sqrt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(4) / 2 ** 32);
  const [x, y] = pointOnCircle(bytes);
  return [distance * x, distance * y];
}
