/** Counted in steps: what a Worker busy with other requests takes itself is at most one of them, however long. */
const stepMs = 100;

export type Deadline = <T>(trip: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Ends the trip under way once all trips together have waited so long; those at the same time count once. */
export function deadlineAfter(waitMs: number): Deadline {
  let leftMs = waitMs;
  return async (trip) => {
    const aborting = new AbortController();
    let ownMs = leftMs;
    const timer = setInterval(() => {
      ownMs -= stepMs;
      if (ownMs <= 0) aborting.abort(new Error('no answer in time'));
    }, stepMs);
    try {
      return await trip(aborting.signal);
    } finally {
      clearInterval(timer);
      leftMs = Math.min(leftMs, ownMs);
    }
  };
}
