import { v7 as uuidv7 } from 'uuid';
import { passagesOf } from '../../../src/lib/grid-passages.ts';
import { sql } from '../../support/db.ts';
import type { LonLat } from '../../support/factories.ts';

const pointsPerLine = 250_000;
const stepDegrees = 0.00002;
const lineDegrees = pointsPerLine * stepDegrees;
const latitude = 47.3;
/** How far apart two points of the line are, a little less than on the ground. */
const stepM = 1.5;

/** The cells of the line, which are those of a line with fewer points on the same parallel. */
function cellsFrom(west: number) {
  const few = Array.from({ length: 501 }, (_, n) => (n / 500) * lineDegrees);
  const segment = {
    longitudes: Float64Array.from(few, (east) => west + east),
    latitudes: Float64Array.from(few, () => latitude),
    distancesM: Float64Array.from(few, (east) => (east / stepDegrees) * stepM),
    recordedAtMs: Float64Array.from(few, () => Number.NaN),
  };
  return passagesOf([segment], 2_000);
}

/**
 * Adds lines of 250,000 points to each of these journeys, one behind the other to the east, without an import, which would
 * take minutes. They are not cut yet.
 */
export async function addLongLines(journeys: readonly { id: string; west: number }[], count: number): Promise<void> {
  const lines = journeys.flatMap(({ id, west }) =>
    Array.from({ length: count }, (_, n) => {
      const { cells, entriesM } = cellsFrom(west + n * lineDegrees);
      return { id: uuidv7(), journey_id: id, ordinal: n, west: west + n * lineDegrees, cells, entries_m: entriesM };
    }),
  );
  await sql`
    with one as materialized (
      select ST_Multi(ST_MakeLine(array_agg(ST_SetSRID(
        ST_MakePoint(n * ${stepDegrees}::float8, ${latitude}, 0, n * ${stepM}::float8), 4326) order by n))) as line
      from generate_series(0, ${pointsPerLine - 1}::integer) n
    )
    insert into tracks (id, journey_id, import_id, kind, ordinal, line, has_elevation, point_count, distance_m, cells,
      cell_entries_m, bytes, created_at)
    select l.id, l.journey_id, l.id, 'plan', l.ordinal, ST_Translate(one.line, l.west, 0), false, ${pointsPerLine}::integer,
      ${(pointsPerLine - 1) * stepM}::float8, l.cells, l.entries_m, 8000000, ${new Date().toISOString()}
    from one, jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
      l (id uuid, journey_id uuid, ordinal integer, west float8, cells integer[], entries_m float8[])`;
}

/** A point of the line that begins at this longitude. */
export const pointOn = (west: number, share: number): LonLat => [
  Number((west + share * lineDegrees).toFixed(5)),
  latitude,
];
