import type { Ctx } from '../../context.ts';
import { selectDisclosures } from './disclosure.repository.ts';

const maxDisclosures = 5_000;

/** Reads the encounters that were shown to the rider, for `findEncounter`, in one round trip with what else is read. */
export const readDisclosures = (ctx: Ctx, viewerId: string) => selectDisclosures(ctx.db, viewerId, maxDisclosures);
