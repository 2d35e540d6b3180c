import type { Position } from './geodesy.ts';

/**
 * The discovery grid: rows of 0.225 degrees of latitude, counted from the south pole. Each row has as many equal cells
 * as possible with a width of at least 25 km at the narrower edge. The number of a cell is `row * 2048 + column`.
 */
const rowDegrees = 0.225;
const rowCount = 800;
const columnSlots = 2048;
const cellWidthM = 25_000;
const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

/** The cosine of the latitude of a row's poleward edge, where its cells are narrowest. */
const polewardCosine = (row: number): number =>
  Math.max(0, Math.cos(Math.max(Math.abs(row * rowDegrees - 90), Math.abs((row + 1) * rowDegrees - 90)) * radians));

/** The number of cells in a row. The SQL function `grid_columns` has the same arithmetic. */
export const columnsOf = (row: number): number =>
  Math.max(1, Math.floor((2 * Math.PI * earthRadiusM * polewardCosine(row)) / cellWidthM + 1e-6));

const rowOf = (cell: number): number => Math.floor(cell / columnSlots);
const columnOf = (cell: number): number => cell % columnSlots;

export function cellAt([longitude, latitude]: Position): number {
  const row = Math.min(rowCount - 1, Math.max(0, Math.floor((latitude + 90) / rowDegrees)));
  const columns = columnsOf(row);
  const column = Math.min(columns - 1, Math.floor((((longitude + 180) % 360) / 360) * columns));
  return row * columnSlots + column;
}

export function cellCentre(cell: number): Position {
  const row = rowOf(cell);
  return [((columnOf(cell) + 0.5) / columnsOf(row)) * 360 - 180, (row + 0.5) * rowDegrees - 90];
}

/** The cell `steps` columns to the east in the same row; to the west where `steps` is negative. */
export function cellEastOf(cell: number, steps: number): number {
  const row = rowOf(cell);
  const columns = columnsOf(row);
  return row * columnSlots + ((((columnOf(cell) + steps) % columns) + columns) % columns);
}

/**
 * The minimum distance in metres between a position in one cell and a position in another; 0 for neighbours. It is the
 * haversine formula over the gap in latitude, the gap in longitude, and the narrower edge of each row.
 */
export function gapM(a: number, b: number): number {
  const [rowA, rowB] = [rowOf(a), rowOf(b)];
  const latitudeGap = Math.max(0, Math.abs(rowA - rowB) - 1) * rowDegrees * radians;
  const [widthA, widthB] = [(2 * Math.PI) / columnsOf(rowA), (2 * Math.PI) / columnsOf(rowB)];
  const apart = Math.abs((columnOf(a) + 0.5) * widthA - (columnOf(b) + 0.5) * widthB);
  const longitudeGap = Math.max(0, Math.min(apart, 2 * Math.PI - apart) - (widthA + widthB) / 2);
  const h =
    Math.sin(latitudeGap / 2) ** 2 + polewardCosine(rowA) * polewardCosine(rowB) * Math.sin(longitudeGap / 2) ** 2;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * A map cell of a level is `2 ** level` rows high and about as wide. It holds the grid cells whose middles lie in it.
 */
const mapRowsOf = (level: number): number => rowCount >> level;

/** The number of map cells in a row of a level. `migrations/functions/crowds_of.sql` has the same arithmetic. */
function mapColumnsOf(level: number, mapRow: number): number {
  const rows = Array.from({ length: 1 << level }, (_, n) => columnsOf((mapRow << level) + n));
  return Math.ceil(Math.max(...rows) / (1 << level));
}

/** The west, south, east and north of a map cell. */
export function mapCellBox(level: number, mapCell: number): [number, number, number, number] {
  const [row, column] = [rowOf(mapCell), columnOf(mapCell)];
  const columns = mapColumnsOf(level, row);
  const heightDegrees = rowDegrees * (1 << level);
  return [
    (column / columns) * 360 - 180,
    row * heightDegrees - 90,
    ((column + 1) / columns) * 360 - 180,
    (row + 1) * heightDegrees - 90,
  ];
}

export type Run = { first: number; last: number };

/** The map cells that a box touches, as runs of consecutive cells. A box with west greater than east crosses 180°. */
export function mapCellsIn(
  level: number,
  [west, south, east, north]: readonly [number, number, number, number],
): Run[] {
  const heightDegrees = rowDegrees * (1 << level);
  const mapRowAt = (latitude: number) =>
    Math.min(mapRowsOf(level) - 1, Math.max(0, Math.floor((latitude + 90) / heightDegrees)));
  const spans = west <= east ? [[west, east] as const] : [[west, 180] as const, [-180, east] as const];
  const runs: Run[] = [];
  for (let row = mapRowAt(south); row <= mapRowAt(north); row += 1) {
    const columns = mapColumnsOf(level, row);
    const columnAt = (longitude: number) => Math.min(columns - 1, Math.floor(((longitude + 180) / 360) * columns));
    for (const [from, to] of spans)
      runs.push({ first: row * columnSlots + columnAt(from), last: row * columnSlots + columnAt(to) });
  }
  return runs;
}
