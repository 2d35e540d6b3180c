import { type Ctx, requireScope } from '../../context.ts';
import { readTogether } from '../../db/parts.ts';
import type { OtherAudience } from '../audience/audience.rules.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import {
  type LineRow,
  type RouteView,
  type StatsRow,
  selectLines,
  selectOwnJourney,
  selectStats,
  selectVisibleJourney,
} from './track.repository.ts';

/** The lines of the caller's own journey, or the published lines of another; an empty list where it has none. */
export async function getRoute(
  ctx: Ctx,
  journeyId: string,
  view: RouteView,
  viewedAs: OtherAudience | null = null,
): Promise<LineRow[]> {
  const viewer = { viewerId: requireScope(ctx, 'journeys:read').userId, viewedAs };
  const {
    journey: [journey],
    lines,
  } = await readTogether(ctx.db, {
    journey: selectVisibleJourney(ctx.db, { id: journeyId, ...viewer }),
    lines: selectLines(ctx.db, { ...view, ...viewer, journeyId, now: ctx.now() }),
  });
  if (!journey) throw journeyNotFound();
  return lines.rows;
}

export type Stats = { stats: StatsRow; startsOn: string | null; dailyDistanceM: number | null };

export async function getStats(ctx: Ctx, journeyId: string): Promise<Stats> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const {
    journey: [journey],
    sums,
  } = await readTogether(ctx.db, {
    journey: selectOwnJourney(ctx.db, { id: journeyId, ownerId: userId }),
    sums: selectStats(ctx.db, { journeyId }),
  });
  const [stats] = sums.rows;
  if (!journey || !stats) throw journeyNotFound();
  return { stats, startsOn: journey.startsOn, dailyDistanceM: journey.dailyDistanceM };
}
