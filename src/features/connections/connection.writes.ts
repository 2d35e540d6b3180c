import type { Ctx } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { deletePair, dismissRequests } from './connection.repository.ts';

/**
 * Ends those connections of the two riders that meet the condition. The other rider may be a subquery.
 */
export const endConnections = (ctx: Ctx, riderId: string, other: Condition, condition: Condition) =>
  deletePair(ctx.db, riderId, other, condition);

/** Removes requests that the rider has received and that meet the condition from the rider's list, and declines them. */
export const dismissReceivedRequests = (ctx: Ctx, riderId: string, condition: Condition) =>
  dismissRequests(ctx.db, riderId, condition);
