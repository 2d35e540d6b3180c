import type { Position } from './geodesy.ts';

/**
 * The discovery grid: rows of 0.225 degrees of latitude from the south pole up, each with as many equal cells as
 * keep a cell at least 25 km wide at its narrower edge. A cell's number is `row * 2048 + column`.
 */
const rowDegrees = 0.225;
const rowCount = 800;
const columnSlots = 2048;
const cellWidthM = 25_000;
const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

/** Cosine of the row's poleward edge: where its cells are narrowest. */
const polewardCosine = (row: number): number =>
  Math.max(0, Math.cos(Math.max(Math.abs(row * rowDegrees - 90), Math.abs((row + 1) * rowDegrees - 90)) * radians));

/** How many cells a row has; the same arithmetic stands in the SQL function `grid_columns`. */
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

/** The neighbour `steps` columns east (negative: west) in the same row. */
export function cellEastOf(cell: number, steps: number): number {
  const row = rowOf(cell);
  const columns = columnsOf(row);
  return row * columnSlots + ((((columnOf(cell) + steps) % columns) + columns) % columns);
}

/**
 * Metres that two cells' positions are at least apart: 0 for one cell and its neighbours. The haversine formula over
 * the gap in latitude, the gap in longitude, and the narrower edge of each row.
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

/** A map's cell of a level holds the cells of `2 ** level` rows whose middles lie in it, and is about as wide as high. */
const mapRowsOf = (level: number): number => rowCount >> level;

/** How many of a level's cells a row of it has; `migrations/functions/crowds_of.sql` says the same. */
function mapColumnsOf(level: number, mapRow: number): number {
  const rows = Array.from({ length: 1 << level }, (_, n) => columnsOf((mapRow << level) + n));
  return Math.ceil(Math.max(...rows) / (1 << level));
}

/** West, south, east and north of a map's cell. */
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

/** The map's cells that a box touches, as runs of cells that follow each other; west greater than east crosses 180°. */
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
