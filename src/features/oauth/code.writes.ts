import type { Ctx } from '../../context.ts';
import { deleteCodesAt } from './oauth.repository.ts';

/** Deletes the codes of sign-ins with an address. */
export const deleteCodesOf = (ctx: Ctx, email: string) => deleteCodesAt(ctx.db, email);
