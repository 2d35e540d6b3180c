import { type Ctx, requireScope } from '../../context.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { ownJourney, visibleJourney } from '../journeys/journey.service.ts';
import { type DraftLine, measureLines, mostOfAJourney } from './line.rules.ts';
import { tooManyLines } from './track.errors.ts';
import {
  hasRoomForLines,
  insertTracks,
  type LineRow,
  type RouteView,
  type StatsRow,
  selectLines,
  selectStats,
} from './track.repository.ts';
import type { NewTrack, TrackRow } from './track.table.ts';

type Append = { journeyId: string; importId: string; kind: TrackRow['kind'] };

/** Measures lines, and gives what a commit has to hold to append them to a journey whose row it has locked. */
export function appendLines(ctx: Ctx, { journeyId, importId, kind }: Append, lines: readonly DraftLine[]) {
  const measures = measureLines(lines);
  if (!measures) throw tooManyLines();
  const rows: Omit<NewTrack, 'ordinal'>[] = measures.map((measured) => ({
    ...measured,
    id: ctx.newId(),
    journeyId,
    importId,
    kind,
    createdAt: ctx.now(),
  }));
  const sums = {
    lines: rows.length,
    points: rows.reduce((sum, { pointCount }) => sum + pointCount, 0),
    distanceM: rows.reduce((sum, { distanceM }) => sum + distanceM, 0),
  };
  return {
    rows,
    sums,
    guards: rows.length > 0 ? [hasRoomForLines(journeyId, sums, mostOfAJourney)] : [],
    statements: rows.length > 0 ? [insertTracks(ctx.db, rows)] : [],
  };
}

/** The lines of my journey, or what others may know of a public one; none where there is nothing. */
export async function getRoute(ctx: Ctx, journeyId: string, view: Omit<RouteView, 'now'>): Promise<LineRow[]> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const [[journey], lines] = await ctx.db.batch([
    visibleJourney(ctx, journeyId),
    selectLines(ctx.db, journeyId, userId, { ...view, now: ctx.now() }),
  ]);
  if (!journey) throw journeyNotFound();
  return lines.rows;
}

export type Stats = { stats: StatsRow; startsOn: string | null; dailyDistanceM: number | null };

export async function getStats(ctx: Ctx, journeyId: string): Promise<Stats> {
  const [[journey], { rows }] = await ctx.db.batch([ownJourney(ctx, journeyId), selectStats(ctx.db, journeyId)]);
  const [stats] = rows;
  if (!journey || !stats) throw journeyNotFound();
  return { stats, startsOn: journey.startsOn, dailyDistanceM: journey.dailyDistanceM };
}
