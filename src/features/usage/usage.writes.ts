import { type Ctx, requireScope } from '../../context.ts';
import { countNewJourney, countOne } from './usage.repository.ts';
import { dayBefore } from './usage.rules.ts';

const incrementOf = (ctx: Ctx) => ({
  userId: requireScope(ctx, 'journeys:write').userId,
  at: ctx.now().toISOString(),
  since: dayBefore(ctx.now()).toISOString(),
});

/** Counts a journey for the daily bound. It stands before the write that creates the journey. */
export const countJourney = (ctx: Ctx, journeyId: string) =>
  countNewJourney(ctx.db, { ...incrementOf(ctx), kind: 'journeys', journeyId });

/** Counts an import for the daily bound. */
export const countImport = (ctx: Ctx) => countOne(ctx.db, { ...incrementOf(ctx), kind: 'imports' });
