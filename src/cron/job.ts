import type { Ctx } from '../context.ts';

/**
 * A job is idempotent, bounded, and safe to run twice at once. It answers how many rows it removed, sent or updated.
 */
export type Job = { name: string; run: (ctx: Ctx) => Promise<number> };
