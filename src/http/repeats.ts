import type { Ctx } from '../context.ts';
import type { Unsent } from '../db/commit.ts';

/** A request that may be sent again: its rider's key for it, and what it is told apart by. */
export type Repeatable = { key: string; method: string; path: string; bodyHash: () => Promise<Uint8Array> };

export type Answer = { status: number; headers: Record<string, string>; body: string };

/** What the feature that keeps answers does for `idempotency.ts`. */
export type RepeatServices = {
  keepAnswer: (ctx: Ctx, request: Repeatable, answer: Answer) => Promise<Unsent>;
  findAnswer: (ctx: Ctx, request: Repeatable) => Promise<Answer | undefined>;
  isRepeat: (error: unknown) => boolean;
};
