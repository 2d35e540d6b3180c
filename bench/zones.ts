// npm run bench -- zones: draws the shown parts of rides that begin at a home with a privacy zone, as an SVG.
import { stop } from '../proof/support/kairos.ts';
import { sql } from '../test/support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../test/support/factories.ts';

const home: LonLat = [16.37, 48.21];
const rideCount = 9;
const lengthM = 16_000;
const stepM = 200;
const metresPerDegree = 111_195;
const widthPx = 720;
const halfM = 15_000;

const cosine = Math.cos((home[1] * Math.PI) / 180);
const at = (eastM: number, northM: number): LonLat => [
  home[0] + eastM / (metresPerDegree * cosine),
  home[1] + northM / metresPerDegree,
];

/** A winding ride from the door, each in its own direction. */
const ride = (n: number): LonLat[] =>
  Array.from({ length: lengthM / stepM + 1 }, (_, step) => {
    const alongM = step * stepM;
    const heading = (n / rideCount) * 2 * Math.PI + Math.sin(alongM / 2_500 + n) * 0.35;
    return at(alongM * Math.cos(heading), alongM * Math.sin(heading));
  });

const [rider, stranger] = [await createRider(), await createRider()];
await rider.post('/v1/me/privacy-zones', { name: 'Home', coordinates: { type: 'Point', coordinates: home } });
const [cover] = await sql`select * from privacy_zones where owner_id = ${rider.id}`;

const px = widthPx / (2 * halfM);
const x = (longitude: number): string =>
  ((longitude - home[0]) * metresPerDegree * cosine * px + widthPx / 2).toFixed(1);
const y = (latitude: number): string => (widthPx / 2 - (latitude - home[1]) * metresPerDegree * px).toFixed(1);

async function draw(who: Rider, journeyId: string, look: string): Promise<string[]> {
  const { json } = await who.get(`/v1/journeys/${journeyId}/route`);
  return json.features
    .flatMap(({ geometry }: { geometry: { type: string; coordinates: unknown[] } }) =>
      geometry.type === 'MultiLineString' ? geometry.coordinates : [geometry.coordinates],
    )
    .map((line: [number, number][]) => {
      const points = line.map(([longitude, latitude]) => `${x(longitude)},${y(latitude)}`).join(' ');
      return `<polyline fill="none" ${look} points="${points}"/>`;
    });
}

const [hidden, shown]: [string[], string[]] = [[], []];
for (let n = 0; n < rideCount; n += 1) {
  const { id } = await createJourney(rider, { visibility: 'public' });
  await importPlan(rider, id, gpxOf(ride(n)));
  hidden.push(...(await draw(rider, id, 'stroke="#bbb" stroke-width="1.5" stroke-dasharray="4 3"')));
  shown.push(...(await draw(stranger, id, 'stroke="#1668b8" stroke-width="2.5"')));
}
await stop();

const circle = (longitude: number, latitude: number, radiusM: number, look: string): string =>
  `<circle cx="${x(longitude)}" cy="${y(latitude)}" r="${(radiusM * px).toFixed(1)}" ${look}/>`;

console.log(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${widthPx}" font-family="sans-serif" font-size="13">`,
    '<title>Rides from a home with a privacy zone</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    circle(cover?.cover_longitude, cover?.cover_latitude, cover?.cover_radius_m, 'fill="#ffe0a8" fill-opacity="0.6"'),
    circle(home[0], home[1], cover?.radius_m, 'fill="none" stroke="#b8471b" stroke-width="1.5"'),
    ...hidden,
    ...shown,
    circle(home[0], home[1], 120, 'fill="#b8471b"'),
    '</svg>',
  ].join('\n'),
);
