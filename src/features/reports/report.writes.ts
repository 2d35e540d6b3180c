import type { Ctx } from '../../context.ts';
import { eraseMessages } from './report.repository.ts';

/** Erases what was written about the rider. For the commit that deletes the account. */
export const eraseReportMessages = (ctx: Ctx, riderId: string) => eraseMessages(ctx.db, riderId);
