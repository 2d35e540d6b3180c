import type { Ctx } from '../context.ts';

/** Idempotent, bounded and safe to run twice at once. Answers how many it has removed, sent or brought up to date. */
export type Job = { name: string; run: (ctx: Ctx) => Promise<number> };
