import type { Ctx } from '../context.ts';
import type { UnsentStatement } from '../db/commit.ts';

/** A request with an idempotency key. `bodyHash` hashes the body as read so far. */
export type RepeatableRequest = {
  key: string;
  operation: string;
  method: string;
  path: string;
  bodyHash: () => Uint8Array;
};

/** The resources that a request created, and the status of its response. */
export type Creation = { resourceIds: readonly string[]; status: number };

/** The functions of the idempotency feature that `idempotency.ts` calls. */
export type RepeatServices = {
  /** The statement that records the request, for the commit that carries it out. */
  rememberRequest: (ctx: Ctx, request: RepeatableRequest, creation: Creation) => UnsentStatement;
  /**
   * What the request with this key created before, and whether it was the same request. `undefined` if the failure is
   * not that of a replay.
   */
  findRepeat: (
    ctx: Ctx,
    request: RepeatableRequest,
    failure: { error: unknown; isBeforeCommit: boolean },
  ) => Promise<(Creation & { isSame: boolean }) | undefined>;
};
