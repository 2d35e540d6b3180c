// npm run bench -- picture: draws the presence of a journey, as an SVG: its buckets in colours, and the cells that a
// search reads.
import { mapCellBox } from '../src/lib/grid.ts';
import { journeyIdOf, openWorld } from './discovery/load.ts';
import { ridesOf } from './discovery/world.ts';

const size = { seed: 1, journeyCount: 20_000, years: 2 };
const asker = 3;
const widthPx = 900;
const marginDegrees = 0.4;

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a Postgres with PostGIS whose user may create databases.');
const client = await openWorld(url, size, 200);

type Visit = { cell: number; bucket: number };
const { rows: visits } = await client.query<Visit>(
  'select cell, bucket from presence_cells where journey_id = $1 order by bucket, cell',
  [journeyIdOf(asker)],
);
const cells = `{${visits.map(({ cell }) => cell).join(',')}}`;
const buckets = `{${visits.map(({ bucket }) => bucket).join(',')}}`;

/** The cells within reach of the asker's cells, each with its block. */
const reachedIn = async (reachM: number): Promise<{ cell: number; block: number }[]> =>
  (
    await client.query(
      `select distinct v.cell, r.block from presence_reach($1, $2, $3) r, presence_visits((r.block << 15) | 1, r.cells) v`,
      [cells, buckets, reachM],
    )
  ).rows;
const [near, far] = [await reachedIn(25_000), await reachedIn(100_000)];
await client.end();

const boxes = far.map(({ cell }) => mapCellBox(0, cell));
const [west, south] = [
  Math.min(...boxes.map(([w]) => w)) - marginDegrees,
  Math.min(...boxes.map(([, s]) => s)) - marginDegrees,
];
const [east, north] = [
  Math.max(...boxes.map(([, , e]) => e)) + marginDegrees,
  Math.max(...boxes.map(([, , , n]) => n)) + marginDegrees,
];
const scale = widthPx / (east - west);
const stretch = 1 / Math.cos((((north + south) / 2) * Math.PI) / 180);
const x = (longitude: number): string => ((longitude - west) * scale).toFixed(1);
const y = (latitude: number): string => ((north - latitude) * scale * stretch).toFixed(1);

function rectangle(cell: number): string {
  const [w, s, e, n] = mapCellBox(0, cell);
  const [width, height] = [((e - w) * scale).toFixed(1), ((n - s) * scale * stretch).toFixed(1)];
  return `<rect x="${x(w)}" y="${y(n)}" width="${width}" height="${height}"/>`;
}

/** Groups the cells by their look, each cell once. */
function group<T extends { cell: number }>(all: readonly T[], lookOf: (one: T) => string): string[] {
  const byLook = Map.groupBy(all, lookOf);
  return Array.from(byLook, ([look, alike]) =>
    [`<g ${look} stroke-width="0.5">`, ...new Set(alike.map(({ cell }) => rectangle(cell))), '</g>'].join(''),
  );
}

const first = visits.find(({ bucket }) => bucket >= 0)?.bucket ?? 0;
const isNear = new Set(near.map(({ cell }) => cell));
const ride = [...ridesOf({ ...size, journeyCount: asker + 1 })].at(-1);
/** Neighbouring blocks have different shades. */
const shade = (block: number): number => ((block >> 8) + (block & 255)) % 2;

console.log(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${y(south)}" font-family="sans-serif" font-size="13">`,
    '<title>A journey of 30 days on the grid</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...group(
      far,
      ({ cell, block }) =>
        `fill="${isNear.has(cell) ? '#ffe0a8' : '#f2f2f2'}" fill-opacity="${shade(block) ? 1 : 0.6}" stroke="#ccc"`,
    ),
    ...group(
      visits,
      ({ bucket }) => `fill="hsl(${((bucket - first) * 47) % 360} 65% 55%)" fill-opacity="0.75" stroke="#fff"`,
    ),
    `<polyline fill="none" stroke="#222" stroke-width="1.5" points="${(ride?.camps ?? []).map(([longitude, latitude]) => `${x(longitude)},${y(latitude)}`).join(' ')}"/>`,
    ...(ride?.camps ?? []).map(
      ([longitude, latitude]) => `<circle cx="${x(longitude)}" cy="${y(latitude)}" r="2.5" fill="#222"/>`,
    ),
    '</svg>',
  ].join('\n'),
);
