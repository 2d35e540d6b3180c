import type { Ctx } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { deletePair } from './connection.repository.ts';

/**
 * Ends those connections of the two riders that meet the condition. Requests stay: a request that disappears with a block
 * would reveal who was blocked. The other rider may be a subquery.
 */
export const endConnections = (ctx: Ctx, riderId: string, other: Condition, condition: Condition) =>
  deletePair(ctx.db, riderId, other, condition);
