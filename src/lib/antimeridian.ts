import type { LinePart } from './binary-columns.ts';

/** The point at which a leg crosses the antimeridian, on one of its sides. */
export type Crossing = { longitude: 180 | -180; latitude: number; elevationM: number | undefined };

/** The points `from` to before `to` of a part, with the points on the antimeridian before and after them. */
export type UncrossedPart = { from: number; to: number; before: Crossing | undefined; after: Crossing | undefined };

/**
 * Cuts where the longitude jumps by more than 180 degrees, because a leg takes the shorter way (RFC 7946 section 3.1.9). A
 * point that lies on the antimeridian is not written twice, and a part of a single point is no line.
 */
export function cutAtAntimeridian({ dimensions, coordinates }: LinePart): UncrossedPart[] {
  const cut: UncrossedPart[] = [];
  const count = coordinates.length / dimensions;
  let from = 0;
  let before: Crossing | undefined;
  for (let index = 1; index < count; index++) {
    const [a, b] = [(index - 1) * dimensions, index * dimensions];
    const [start = 0, end = 0] = [coordinates[a], coordinates[b]];
    if (Math.abs(end - start) <= 180) continue;
    const [degreesBefore, degreesAfter] = [180 - Math.abs(start), 180 - Math.abs(end)];
    const degrees = degreesBefore + degreesAfter;
    const share = degrees === 0 ? 0 : degreesBefore / degrees;
    const between = (dimension: number) => {
      const [first = 0, second = 0] = [coordinates[a + dimension], coordinates[b + dimension]];
      return first + share * (second - first);
    };
    const place = { latitude: between(1), elevationM: dimensions === 3 ? between(2) : undefined };
    const after: Crossing | undefined = degreesBefore > 0 ? { longitude: start > 0 ? 180 : -180, ...place } : undefined;
    cut.push({ from, to: index, before, after });
    from = index;
    before = degreesAfter > 0 ? { longitude: start > 0 ? -180 : 180, ...place } : undefined;
  }
  const parts = [...cut, { from, to: count, before, after: undefined }];
  const lines = parts.filter((part) => part.to - part.from > 1 || part.before || part.after);
  return lines.length > 0 ? lines : [{ from: 0, to: count, before: undefined, after: undefined }];
}
