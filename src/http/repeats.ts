import type { Ctx } from '../context.ts';
import type { Unsent } from '../db/commit.ts';

/** A request with an idempotency key. `bodyHash` is that of the body as read so far. */
export type Repeatable = { key: string; operation: string; method: string; path: string; bodyHash: () => Uint8Array };

/** What a request created, and the status of its answer. */
export type Creation = { resourceIds: readonly string[]; status: number };

/** What the feature that remembers requests does for `idempotency.ts`. */
export type RepeatServices = {
  /** For the commit that carries the request out. */
  rememberRequest: (ctx: Ctx, request: Repeatable, creation: Creation) => Unsent;
  /** What the request created before, where its call failed because it is a repeat. */
  findRepeat: (
    ctx: Ctx,
    request: Repeatable,
    failure: { error: unknown; isBeforeCommit: boolean },
  ) => Promise<Creation | undefined>;
};
