import { type Ctx, requireScope } from '../../context.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { readTogether } from '../../db/parts.ts';
import type { OtherAudience } from '../audience/audience.rules.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { type DayRow, selectDays } from './day.repository.ts';
import { type PlannedDay, planDay } from './day.rules.ts';

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

/** The planned days of the caller's own journey, or of a journey that the caller may see exactly. */
export async function listDays(
  ctx: Ctx,
  journeyId: string,
  input: ListInput,
  viewedAs: OtherAudience | null = null,
): Promise<Page<PlannedDay>> {
  const { userId: viewerId } = requireScope(ctx, 'journeys:read');
  const { limit = defaultLimit } = input;
  const list = `days:${journeyId}`;
  const [last = '-1'] = openCursor(ctx, list, input.cursor) ?? [];
  const page = { journeyId, viewerId, viewedAs, after: Number(last), limit: limit + 1, withPlaces: false };
  const { rows } = await selectDays(ctx.db, page);
  if (rows.length === 0) throw journeyNotFound();
  return cutPage(ctx, list, rows.flatMap(dayOf), limit, ({ day }) => [String(day)]);
}

/** Some days of a rider's journey, after the day with this number. */
type Stretch = { journeyId: string; after: number; limit: number };

/**
 * The names of the rider's own planned markers near each of these days, by journey and by the number of the day, and none
 * of a marker around a privacy zone. The caller has decided that whoever asks may know them.
 */
export async function listPlaces(
  ctx: Ctx,
  riderId: string,
  stretches: readonly Stretch[],
): Promise<Map<string, Map<number, readonly string[]>>> {
  if (stretches.length === 0) return new Map();
  const viewer = { viewerId: riderId, viewedAs: null, withPlaces: true };
  const { answers } = await readTogether(ctx.db, {
    answers: stretches.map((stretch) => selectDays(ctx.db, { ...stretch, ...viewer })),
  });
  return new Map(
    answers.map(({ rows }, index) => [
      stretches[index]?.journeyId ?? '',
      new Map(rows.flatMap(({ day, places }) => (day === null || places === null ? [] : [[day, places] as const]))),
    ]),
  );
}

function dayOf(row: DayRow): PlannedDay[] {
  if (row.day === null) return [];
  const { day, from_m: fromM, to_m: toM, start_position: start, end_position: end } = row;
  const cut = { day, fromM, toM, start, end, climbs: row.climbs, markersM: row.markers_m };
  return [planDay(cut, row.starts_on)];
}
