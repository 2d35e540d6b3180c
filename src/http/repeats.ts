import type { Ctx } from '../context.ts';
import type { Unsent } from '../db/commit.ts';

/** A request that may be sent again: its rider's key for it, and what it is told apart by. */
export type Repeatable = {
  key: string;
  operation: string;
  method: string;
  path: string;
  /** Of what has been read of the body until then. */
  bodyHash: () => Uint8Array;
};

/** What a request has created, and the status of its answer. */
export type CarriedOut = { resourceIds: readonly string[]; status: number };

/** What the feature that remembers requests does for `idempotency.ts`. */
export type RepeatServices = {
  /** For the commit that carries the request out. */
  remember: (ctx: Ctx, request: Repeatable, created: CarriedOut) => Unsent;
  /** What the request created before, where that is why its commit was refused. */
  readRepeat: (error: unknown) => CarriedOut | undefined;
  /** What the request created before, where it was carried out. */
  findRepeat: (ctx: Ctx, request: Repeatable) => Promise<CarriedOut | undefined>;
};
