import type { Ctx } from '../../context.ts';
import type { Condition } from '../../db/commit.ts';
import { deletePair } from './connection.repository.ts';

/** Deletes whatever connects the two riders. The other may be a subquery. */
export const endConnection = (ctx: Ctx, riderId: string, other: Condition) => deletePair(ctx.db, riderId, other);
