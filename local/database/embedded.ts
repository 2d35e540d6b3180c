import {
  type Database,
  ownRole,
  PostgresError,
  ResultTooLarge,
  type RunOptions,
  type TransactionOptions,
} from './database.ts';
import {
  type Answer,
  type Call,
  type Failure,
  type Methods,
  type Setup,
  startThread,
  type Thread,
} from './embedded-thread.ts';

/** A database that can also dump its data folder as one archive. */
export type Embedded = Database & Pick<Methods, 'dump'>;

export type EmbeddedSetup = Setup & {
  /** How long one request of the application may run. PGlite knows no `statement_timeout`. */
  requestTimeoutMs?: number | undefined;
};

/** Longer than the ten seconds of a statement in production, since PGlite is slower, and slowest on a busy machine. */
const usualTimeoutMs = 60_000;

/** How long `close` waits for running statements. Postgres can recover if it is terminated earlier. */
const closingMs = 5_000;

type Waiting = { call: Call; resolve(result: unknown): void; reject(error: Error): void };

/**
 * Starts an embedded Postgres. A request that runs too long ends together with its thread, and a new thread opens the data
 * folder, as after a crash. A database in memory has no such limit, since it would be lost.
 */
export async function startEmbedded({ requestTimeoutMs = usualTimeoutMs, ...setup }: EmbeddedSetup): Promise<Embedded> {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | undefined;

  const started = Promise.withResolvers<void>();
  const end = (error: Error): void => {
    ended ??= error;
    started.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const take = ({ id, result, failure }: Answer): void => {
    if (id === 0) started.resolve();
    else if (failure) waiting.get(id)?.reject(revive(failure));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  };
  /** Undefined while it is being replaced. */
  let thread: Thread | undefined = startThread(setup, take, end);

  async function replaceThread(): Promise<void> {
    const late = thread;
    thread = undefined;
    await late?.terminate();
    if (ended) return;
    thread = startThread({ ...setup, template: undefined }, take, end);
    for (const { call } of waiting.values()) thread.post(call);
  }
  const watch = watchCalls(
    () => thread?.runningId() ?? 0,
    requestTimeoutMs,
    (id) => {
      const late = waiting.get(id);
      if (setup.folder === undefined || !late || !isOfApplication(late.call)) return;
      waiting.delete(id);
      late.reject(timedOut());
      void replaceThread();
    },
  );

  // The thread runs the method of the same name with these arguments and sends back its result, which types cannot say.
  function send<M extends keyof Methods>(
    method: M,
    args: Parameters<Methods[M]>,
    signal?: AbortSignal,
  ): ReturnType<Methods[M]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (ended) return reject(ended);
      calls += 1;
      const call = { id: calls, method, args } as Call;
      waiting.set(call.id, { call, resolve, reject });
      thread?.post(call);
      signal?.addEventListener('abort', () => thread?.abandon(call.id), { once: true });
    });
    return answer as ReturnType<Methods[M]>;
  }

  await started.promise;
  return {
    kind: 'embedded',
    run: (statement, { signal, ...options }: RunOptions = {}) => send('run', [statement, options], signal),
    transact: (statements, { signal, ...options }: TransactionOptions = {}) =>
      send('transact', [statements, options], signal),
    dump: () => send('dump', []),
    async close() {
      if (ended) return;
      clearInterval(watch);
      const closed = send('close', []).catch(() => {});
      const closing = new Error('the embedded database is closed');
      ended = closing;
      const timer = setTimeout(() => void thread?.terminate().then(() => end(closing)), closingMs);
      await closed;
      clearTimeout(timer);
      await thread?.terminate();
    },
  };
}

/** Calls `onLate` with the id of a call that has run for too long. */
function watchCalls(runningId: () => number, timeoutMs: number, onLate: (id: number) => void): NodeJS.Timeout {
  let seen = { id: 0, sinceMs: 0 };
  const watch = setInterval(() => {
    const id = runningId();
    if (id !== seen.id) seen = { id, sinceMs: performance.now() };
    else if (performance.now() - seen.sinceMs > timeoutMs) onLate(id);
  }, timeoutMs / 10);
  return watch.unref();
}

/** Migrations and scripts run as the server's own user, and may take long. */
const isOfApplication = ({ args: [, options] }: Call): boolean =>
  options?.role !== undefined && options.role !== ownRole;

const timedOut = (): PostgresError =>
  new PostgresError('canceling statement due to statement timeout', { code: '57014', severity: 'ERROR' });

/** Nobody reads the error of an abandoned call, so it needs no type of its own. */
function revive({ message, fields }: Failure): Error {
  return fields ? new PostgresError(message, fields) : new ResultTooLarge(message);
}
