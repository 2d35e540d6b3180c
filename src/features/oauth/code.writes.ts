import type { Ctx } from '../../context.ts';
import { deleteCodesByEmail } from './oauth.repository.ts';

/** Deletes the sign-in codes that were issued for this email address. */
export const deleteCodesOf = (ctx: Ctx, email: string) => deleteCodesByEmail(ctx.db, email);
