import type { Ctx } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { deletePair } from './connection.repository.ts';

/**
 * Ends the connections of the two riders. Requests stay: a request that disappears with a block would reveal who was
 * blocked. The other rider may be a subquery.
 */
export const endConnection = (ctx: Ctx, riderId: string, other: Condition) => deletePair(ctx.db, riderId, other);
