import { zoneAt } from '../../../../test/features/privacy/zones.ts';
import { type Fix, gpx, importFile, partsOf, readRoute, track } from '../../../../test/features/tracks/lines.ts';
import { createJourney, createRider, type LonLat, type Rider } from '../../../../test/support/factories.ts';
import { diceOf } from '../../../support/dice.ts';
import type { Outcome, Run } from '../../../support/engine.ts';

const ridesOfHome = 12;
const rideM = 20_000;
const stepM = 200;
const zoneRadiusM = 2_000;
const nearM = 500;
const metresPerDegree = 111_195;
/** The median error of a guess must be at least this. Random guesses in a disc as wide as the zone have 1,414 m. */
const minMedianM = zoneRadiusM / 2;

/** Metres to the east and north of a known place. */
type Spot = { x: number; y: number };
type Plane = { toSpot: (place: Fix | LonLat) => Spot; toPlace: (spot: Spot) => LonLat };

function planeAround([longitude, latitude]: LonLat): Plane {
  const narrow = Math.cos((latitude * Math.PI) / 180) * metresPerDegree;
  return {
    toSpot: ([lon, lat]) => ({ x: (lon - longitude) * narrow, y: (lat - latitude) * metresPerDegree }),
    toPlace: ({ x, y }) => [
      Number((longitude + x / narrow).toFixed(6)),
      Number((latitude + y / metresPerDegree).toFixed(6)),
    ],
  };
}

/** A ride from the door that winds as roads do. */
function ride(home: Spot, direction: number, roll: () => number): Spot[] {
  const spots = [home];
  let { x, y } = home;
  let heading = direction;
  for (let alongM = 0; alongM < rideM; alongM += stepM) {
    heading += (roll() - 0.5) * 0.6;
    x += Math.cos(heading) * stepM;
    y += Math.sin(heading) * stepM;
    spots.push({ x, y });
  }
  return spots;
}

/** The rides as a stranger sees them, each a part of the shown line that begins at its first shown point. */
async function shownOf(rider: Rider, home: Spot, plane: Plane, roll: () => number): Promise<Spot[][]> {
  const { id } = await createJourney(rider, { visibility: 'public' });
  const rides = Array.from({ length: ridesOfHome }, () =>
    track([ride(home, 2 * Math.PI * roll(), roll).map((spot) => plane.toPlace(spot))]),
  );
  await importFile(rider, id, gpx(...rides));
  const lines = await readRoute(await createRider(), id);
  return lines.flatMap(partsOf).map((part) => part.map((place) => plane.toSpot(place)));
}

/** Solves two equations of the form a x + b y = c. */
const solve2 = ([[a1, b1, c1], [a2, b2, c2]]: [number[], number[]]): Spot => {
  const [p, q, r] = [a1 ?? 0, b1 ?? 0, c1 ?? 0];
  const [s, t, u] = [a2 ?? 0, b2 ?? 0, c2 ?? 0];
  const determinant = p * t - q * s;
  return { x: (r * t - q * u) / determinant, y: (p * u - r * s) / determinant };
};

/** The centre of the circle that fits all first points best (Kasa 1976). */
function middleOfEnds(lines: readonly Spot[][]): Spot {
  const ends = lines.flatMap(([first]) => first ?? []);
  const mean = (of: (spot: Spot) => number) => ends.reduce((sum, spot) => sum + of(spot), 0) / ends.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const moved = ends.map(({ x, y }) => ({ x: x - mx, y: y - my }));
  const sum = (of: (spot: Spot) => number) => moved.reduce((total, spot) => total + of(spot), 0);
  const square = ({ x, y }: Spot) => x * x + y * y;
  const { x, y } = solve2([
    [sum((s) => s.x * s.x), sum((s) => s.x * s.y), sum((s) => s.x * square(s)) / 2],
    [sum((s) => s.x * s.y), sum((s) => s.y * s.y), sum((s) => s.y * square(s)) / 2],
  ]);
  return { x: x + mx, y: y + my };
}

const tangentM = 1_000;

/** The point where all lines would meet if they went straight on beyond their first points. */
function whereTheyPoint(lines: readonly Spot[][]): Spot {
  let [xx, xy, yy, cx, cy] = [0, 0, 0, 0, 0];
  for (const line of lines) {
    const [first, further] = [line[0], line[Math.round(tangentM / stepM)]];
    if (!first || !further) continue;
    const lengthM = Math.hypot(further.x - first.x, further.y - first.y);
    const [nx, ny] = [-(further.y - first.y) / lengthM, (further.x - first.x) / lengthM];
    const offset = nx * first.x + ny * first.y;
    xx += nx * nx;
    xy += nx * ny;
    yy += ny * ny;
    cx += nx * offset;
    cy += ny * offset;
  }
  return solve2([
    [xx, xy, cx],
    [xy, yy, cy],
  ]);
}

/** If rides go in all directions, the mean of the ends lies halfway between the centre and the door. */
function beyondTheMean(lines: readonly Spot[][]): Spot {
  const ends = lines.flatMap(([first]) => first ?? []);
  const mean = (of: (spot: Spot) => number) => ends.reduce((sum, spot) => sum + of(spot), 0) / ends.length;
  const middle = middleOfEnds(lines);
  return { x: 2 * mean(({ x }) => x) - middle.x, y: 2 * mean(({ y }) => y) - middle.y };
}

const guesses = {
  'the centre of the ends': middleOfEnds,
  'the mean of the ends, twice as far': beyondTheMean,
  'where the lines point': whereTheyPoint,
};

export async function findHomes({ seed, count }: Run): Promise<Outcome> {
  const roll = diceOf(seed);
  const offM = new Map<string, number[]>(Object.keys(guesses).map((name) => [name, []]));
  for (let n = 0; n < count; n += 1) {
    const plane = planeAround([-170 + 340 * roll(), -50 + 100 * roll()]);
    const home = { x: (roll() - 0.5) * 4_000, y: (roll() - 0.5) * 4_000 };
    const rider = await createRider();
    const { status, text } = await rider.post(
      '/v1/me/privacy-zones',
      zoneAt(plane.toPlace(home), { radius_m: zoneRadiusM }),
    );
    if (status !== 201) throw new Error(`no zone: ${text}`);
    const lines = await shownOf(rider, home, plane, roll);
    for (const [name, guess] of Object.entries(guesses)) {
      const { x, y } = guess(lines);
      offM.get(name)?.push(Math.hypot(x - home.x, y - home.y));
    }
  }
  const found = [...offM].map(([name, distances]) => ({
    name,
    medianM: Math.round(distances.toSorted((a, b) => a - b)[Math.floor(count / 2)] ?? 0),
    near: Math.round((1_000 * distances.filter((distance) => distance <= nearM).length) / count) / 10,
  }));
  for (const { name, medianM, near } of found)
    console.log(`  ${name.padEnd(40)} half within ${medianM} m, ${near} % within ${nearM} m`);
  const findings = found
    .filter(({ medianM }) => !(medianM >= minMedianM))
    .map(({ name, medianM }) => ({ kind: 'home', detail: `${name}: half of the homes are within ${medianM} m` }));
  return {
    figures: {
      'rides each': ridesOfHome,
      'm off is half of the best guesses': Math.min(...found.map(({ medianM }) => medianM)),
      [`% within ${nearM} m`]: Math.max(...found.map(({ near }) => near)),
      '% expected at random in the zone': Math.round(1_000 * (nearM / zoneRadiusM) ** 2) / 10,
    },
    findings,
  };
}
