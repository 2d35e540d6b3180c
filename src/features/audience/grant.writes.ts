import type { Ctx } from '../../context.ts';
import { updateEndedGrants } from './grant.repository.ts';

/** Ends all grants to see a journey exactly. For a commit that completes the journey or makes it private. */
export const endGrants = (ctx: Ctx, journeyId: string) => updateEndedGrants(ctx.db, journeyId);
