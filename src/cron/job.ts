import type { Ctx } from '../context.ts';

/** Idempotent, bounded and safe to run twice at once. */
export type Job = { name: string; run: (ctx: Ctx) => Promise<void> };
