// npm run bench -- encounter: draws what the demo rider Anna learns about Bogdan, as an SVG, from the stack of `npm
// start`.
import { z } from 'zod';
import { Encounters } from '../local/demo/encounter.ts';
import { logIn } from '../local/sample/client.ts';
import { danube } from '../local/sample/danube.ts';
import { sampleRiders } from '../local/sample/riders.ts';
import { positionOf } from '../local/sample/route.ts';
import { findRunning } from '../local/stack/claim.ts';
import { paths } from '../local/stack/paths.ts';
import { localUrl } from '../local/stack/variables.ts';
import type { Position } from '../src/lib/geodesy.ts';
import { cellAt, cellCentre, cellEastOf, gapM, mapCellBox } from '../src/lib/grid.ts';

const LonLat = z.array(z.number()).transform(([longitude = 0, latitude = 0]): Position => [longitude, latitude]);
const Route = z.object({ features: z.array(z.object({ geometry: z.object({ coordinates: z.array(LonLat) }) })) });
const Itinerary = z.object({
  items: z.array(
    z.object({
      days: z.object({ from: z.string(), to: z.string() }).nullable(),
      places: z.object({ coordinates: z.array(LonLat) }),
    }),
  ),
});

const running = await findRunning(paths.running, new Date());
if (!running) throw new Error('Kairos does not run from this folder: start it with npm start.');
const [anna, bogdan] = sampleRiders;
if (!anna || !bogdan) throw new Error('local/sample/riders.ts has fewer than two riders');

const client = await logIn(localUrl(running.port), anna.username, anna.password);
const mine = `/v1/journeys/${anna.journey.id}`;
const { features } = await client.get(`${mine}/route?max_points=400`, Route);
const { items: myDays } = await client.get(`${mine}/itinerary`, Itinerary);
const { items: theirDays } = await client.get(`/v1/journeys/${bogdan.journey.id}/itinerary`, Itinerary);
const { items: encounters } = await client.get(`${mine}/nearby`, Encounters);
const encounter = encounters.find(({ journey }) => journey?.id === bogdan.journey.id);
if (!encounter) throw new Error('Anna has no encounter with Bogdan: run npm run reset and npm start.');

const cellsOf = ({ places }: { places: { coordinates: Position[] } }): number[] => places.coordinates.map(cellAt);
const myCells = [...new Set(myDays.flatMap(cellsOf))];
/** The cells that touch a cell of Anna: riders in them may be within 25 km. */
const nearCells = new Set(
  myCells.flatMap((cell) => {
    const [longitude, latitude] = cellCentre(cell);
    const rows = [-0.225, 0, 0.225].map((degrees) => cellAt([longitude, latitude + degrees]));
    const around = rows.flatMap((one) => [-2, -1, 0, 1, 2].map((steps) => cellEastOf(one, steps)));
    return around.filter((one) => gapM(one, cell) === 0);
  }),
);

const widthPx = 960;
const heightPx = 490;
const marginPx = 24;
const line = features.flatMap(({ geometry }) => geometry.coordinates);
const longitudes = line.map(([longitude]) => longitude);
const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
const north = Math.max(...line.map(([, latitude]) => latitude));
const scale = (widthPx - 2 * marginPx) / (east - west);
const stretched = scale / Math.cos((46.5 * Math.PI) / 180);
const x = (longitude: number): number => Number(((longitude - west) * scale + marginPx).toFixed(1));
const y = (latitude: number): number => Number(((north - latitude) * stretched + 52).toFixed(1));
const points = (positions: readonly Position[]): string =>
  positions.map(([lon, lat]) => `${x(lon)},${y(lat)}`).join(' ');

const rectangle = (cell: number): string => {
  const [w, s, e, n] = mapCellBox(0, cell);
  return `M${x(w)} ${y(n)}H${x(e)}V${y(s)}H${x(w)}Z`;
};
const cells = (kind: string, all: Iterable<number>): string =>
  `<path class="${kind}" d="${Array.from(all, rectangle).join('')}"/>`;

const dayOf = new Intl.DateTimeFormat('en-GB', { day: 'numeric', timeZone: 'UTC' });
const monthOf = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });
const daysText = ({ from, to }: { from: string; to: string }): string =>
  `${dayOf.format(new Date(from))} to ${dayOf.format(new Date(to))} ${monthOf.format(new Date(to))}`;

const shortDaysText = ({ from, to }: { from: string; to: string }): string =>
  `${dayOf.format(new Date(from))}–${dayOf.format(new Date(to))} ${monthOf.format(new Date(to)).slice(0, 3)}`;

const text = (px: number, py: number, kind: string, words: string): string =>
  `<text x="${px}" y="${py}" class="${kind}">${words}</text>`;
const placeNames = danube
  .flat()
  .filter(([name]) => ['Ulm', 'Regensburg', 'Passau', 'Vienna', 'Budapest', 'Belgrade', 'Vidin', 'Ruse'].includes(name))
  .map((place) => {
    const [longitude, latitude] = positionOf(place);
    return `<circle class="town" cx="${x(longitude)}" cy="${y(latitude)}" r="2.5"/>${text(x(longitude) + 6, y(latitude) - 12, 'town', place[0])}`;
  });

/** Dates below the cells of each bucket, or to the left of cells that stand in a column. */
const dates = theirDays
  .filter(({ places }) => places.coordinates.length > 5)
  .map(({ days, places: { coordinates } }) => {
    const [xs, ys] = [coordinates.map(([longitude]) => x(longitude)), coordinates.map(([, latitude]) => y(latitude))];
    const [left, top, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...ys)];
    const middle = xs.reduce((sum, one) => sum + one, 0) / xs.length;
    const isUpright = bottom - top > Math.max(...xs) - left;
    const under = Math.max(...ys.filter((_, index) => Math.abs((xs[index] ?? 0) - middle) < 40)) + 34;
    const [px, py] = isUpright ? [left - 90, (top + bottom) / 2] : [middle - 30, under];
    return text(Math.round(px), Math.round(py), 'date', days ? shortDaysText(days) : '');
  });

const [firstOfStretch] = encounter.stretch.coordinates;
const [boxX, boxY] = firstOfStretch ? [x(firstOfStretch[0]) + 130, y(firstOfStretch[1]) - 90] : [0, 0];
const encounterTexts = [
  ['strong', `${encounter.rider?.name}: ${encounter.journey?.name}`],
  ['plain', `within ${encounter.distance_band_m / 1_000} km of the red stretch`],
  ['plain', `Anna is there ${encounter.my_days ? daysText(encounter.my_days) : ''}`],
  ['plain', `Bogdan about ${encounter.their_days ? daysText(encounter.their_days) : ''}`],
].map(([kind = '', words = ''], index) => text(boxX, boxY + 18 * index, kind, words));

const legend = [
  ['<path class="mine" d="M24 ROWh28"/>', "Anna's plan down the Danube"],
  [
    '<path class="even" d="M24 TOPh14v14h-14Z"/><path class="odd" d="M38 TOPh14v14h-14Z"/>',
    'where others see Bogdan, a shade for each three days',
  ],
  ['<path class="near" d="M31 TOPh14v14h-14Z"/>', "the other cells that touch Anna's"],
  ['<path class="hit" d="M27 ROWh22"/>', 'where the two come near each other'],
].map(([sign = '', words = ''], index) => {
  const row = 330 + 26 * index;
  return sign.replaceAll('ROW', String(row)).replaceAll('TOP', String(row - 7)) + text(62, row + 4, 'plain', words);
});

const style = `
  svg { font: 13px system-ui, sans-serif; --paper: #fff; --ink: #24292f; --near: #eef1f4; --edge: #d3d9df; --even: #f2b35e; --odd: #d98b2b; --mine: #1668b8; --hit: #cf222e; --date: #8a5200 }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #e6edf3; --near: #1b222b; --edge: #323a44; --even: #8a5a17; --odd: #b97a26; --mine: #6cb6ff; --hit: #ff7b72; --date: #e0a458 }
  }
  .paper { fill: var(--paper) } .near { fill: var(--near); stroke: var(--edge) } path { stroke: var(--paper); stroke-width: .6 }
  .even { fill: var(--even) } .odd { fill: var(--odd) } .mine { fill: none; stroke: var(--mine); stroke-width: 2 }
  .hit { fill: none; stroke: var(--hit); stroke-width: 6; stroke-linecap: round; stroke-linejoin: round } .lead { fill: none; stroke: var(--hit) }
  text { fill: var(--ink) } .strong { font-weight: 600 } .title { font-size: 16px; font-weight: 600 } circle.town { fill: var(--ink) } text.town { font-size: 12px } .date { font-size: 11px; fill: var(--date) }
`;

console.log(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" role="img">`,
    '<title>What Anna, who rides down the Danube, learns of Bogdan, who rides up</title>',
    `<style>${style}</style>`,
    '<rect class="paper" width="100%" height="100%"/>',
    cells('near', nearCells),
    ...theirDays.map((item, index) => cells(index % 2 === 0 ? 'even' : 'odd', cellsOf(item))),
    `<polyline class="mine" points="${points(line)}"/>`,
    `<polyline class="hit" points="${points(encounter.stretch.coordinates)}"/>`,
    ...placeNames,
    firstOfStretch
      ? `<path class="lead" d="M${x(firstOfStretch[0]) + 12} ${y(firstOfStretch[1])}L${boxX - 8} ${boxY + 24}"/>`
      : '',
    ...dates,
    ...legend,
    ...encounterTexts,
    '</svg>',
  ].join('\n'),
);
