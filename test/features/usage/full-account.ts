import { v7 as uuidv7 } from 'uuid';
import { sql } from '../../support/db.ts';
import type { Rider } from '../../support/factories.ts';

const now = () => new Date().toISOString();

/** Gives a rider journeys without the limit of a day. Answers their ids. */
export async function addJourneys(
  rider: Pick<Rider, 'id'>,
  count: number,
  visibility: 'private' | 'public' = 'private',
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7());
  await sql`
    insert into journeys (id, owner_id, name, visibility, shift_s, skew, created_at, updated_at)
    select id, ${rider.id}, 'One of many', ${visibility}, 0, 1, ${now()}, ${now()} from unnest(${ids}::uuid[]) id`;
  return ids;
}

/** Adds lines of two points that count as `points` points and `bytes` bytes each. */
export async function addLines(
  journeyId: string,
  lines: number,
  { points = 2, bytes = 100, ordinalFrom = 0 } = {},
): Promise<void> {
  await sql`
    insert into tracks (id, journey_id, import_id, kind, ordinal, line, has_elevation, point_count, distance_m, cells,
      cell_entries_m, bytes, created_at)
    select gen_random_uuid(), ${journeyId}, gen_random_uuid(), 'plan', ${ordinalFrom}::int + n, 'SRID=4326;MULTILINESTRING ZM((8 48 0 0,8.01 48 0 742))',
      true, ${points}, 742, '{}', '{}', ${bytes}, ${now()} from generate_series(0, ${lines - 1}::int) n`;
}

export async function addMarkers(journeyId: string, count: number, notes = ''): Promise<void> {
  await sql`
    insert into markers (id, journey_id, name, notes, marker_type, position, cell, created_at, updated_at)
    select gen_random_uuid(), ${journeyId}, 'M', ${notes}, 'plan', 'SRID=4326;POINT(8 48)', 0, ${now()}, ${now()}
    from generate_series(1, ${count}::int)`;
}

export async function addImports(journeyId: string, count: number): Promise<void> {
  await sql`
    insert into imports (id, journey_id, kind, receipt, created_at)
    select gen_random_uuid(), ${journeyId}, 'plan', '{}', ${now()} from generate_series(1, ${count}::int)`;
}
