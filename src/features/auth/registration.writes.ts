import type { Ctx } from '../../context.ts';
import { deleteRegistrationsAt } from './registration.repository.ts';

/** Deletes the registrations of an address. */
export const deleteRegistrationsOf = (ctx: Ctx, email: string) => deleteRegistrationsAt(ctx.db, email);
