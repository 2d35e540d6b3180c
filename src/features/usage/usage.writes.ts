import { type Ctx, requireScope, type Scope } from '../../context.ts';
import { countNewJourney, countOne } from './usage.repository.ts';
import { dayBefore } from './usage.rules.ts';

const incrementOf = (ctx: Ctx, scope: Scope) => ({
  userId: requireScope(ctx, scope).userId,
  at: ctx.now().toISOString(),
  since: dayBefore(ctx.now()).toISOString(),
});

/** Counts a journey for the daily bound. It stands before the write that creates the journey. */
export const countJourney = (ctx: Ctx, journeyId: string) =>
  countNewJourney(ctx.db, { ...incrementOf(ctx, 'journeys:write'), kind: 'journeys', journeyId });

/** Counts an import for the daily bound. */
export const countImport = (ctx: Ctx) => countOne(ctx.db, { ...incrementOf(ctx, 'journeys:write'), kind: 'imports' });

/** Counts a request to connect for the daily bound. It still counts when the other rider's account is deleted. */
export const countConnectionRequest = (ctx: Ctx) =>
  countOne(ctx.db, { ...incrementOf(ctx, 'profile:write'), kind: 'connection_requests' });
