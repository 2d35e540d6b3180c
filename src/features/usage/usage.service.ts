import { type Ctx, requireScope } from '../../context.ts';
import { readTogether } from '../../db/parts.ts';
import type { CountedKind } from './daily-count.table.ts';
import { deleteEndedCounts, selectDailyCounts, selectUsage, type UsageRow } from './usage.repository.ts';
import { dayBefore, dayS } from './usage.rules.ts';

export type DailyUsage = { used: number; max: number; resetsAt: Date | null };
export type Usage = { owned: UsageRow; today: Readonly<Record<CountedKind, DailyUsage>> };

/** What the caller's account holds and has made in the current day. */
export async function getUsage(ctx: Ctx): Promise<Usage> {
  const { userId } = requireScope(ctx, 'profile:read');
  const {
    usage: {
      rows: [owned],
    },
    counts,
  } = await readTogether(ctx.db, {
    usage: selectUsage(ctx.db, { ownerId: userId }),
    counts: selectDailyCounts(ctx.db, { userId, since: dayBefore(ctx.now()).toISOString() }),
  });
  if (!owned) throw new Error('a query without a table answers one row');
  const dailyUsage = (kind: CountedKind): DailyUsage => {
    const row = counts.rows.find((count) => count.kind === kind);
    return {
      used: row?.made ?? 0,
      max: ctx.config.maxPerDay[kind],
      resetsAt: row ? new Date(new Date(row.started_at).getTime() + dayS * 1_000) : null,
    };
  };
  const today = {
    journeys: dailyUsage('journeys'),
    imports: dailyUsage('imports'),
    connection_requests: dailyUsage('connection_requests'),
  };
  return { owned, today };
}

export async function purgeDailyCounts(ctx: Ctx): Promise<number> {
  return (await deleteEndedCounts(ctx.db, dayBefore(ctx.now()))).rowCount;
}
