import type { Ctx } from '../../context.ts';
import { updateEndedGrants } from './grant.repository.ts';

/** A journey that has ended is shown to nobody exactly. */
export const endGrants = (ctx: Ctx, journeyId: string) => updateEndedGrants(ctx.db, journeyId);
