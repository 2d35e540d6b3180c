/**
 * Time is counted in steps, so that a pause of a Worker that is busy with other requests counts as one step at most.
 */
const stepMs = 100;

export type Deadline = <T>(trip: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Aborts the current round trip once all trips together have waited for `waitMs`. Parallel trips count once. */
export function deadlineAfter(waitMs: number): Deadline {
  let leftMs = waitMs;
  return async (trip) => {
    const controller = new AbortController();
    let ownMs = leftMs;
    const timer = setInterval(() => {
      ownMs -= stepMs;
      if (ownMs <= 0) controller.abort(new Error('no answer in time'));
    }, stepMs);
    try {
      return await trip(controller.signal);
    } finally {
      clearInterval(timer);
      leftMs = Math.min(leftMs, ownMs);
    }
  };
}
