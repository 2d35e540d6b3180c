import { Worker } from 'node:worker_threads';
import { type Database, type ErrorFields, PostgresError, ResultTooLarge } from './database.ts';

export type Setup = {
  /** The data folder. Without one the data is in memory. */
  folder?: string | undefined;
  /** The dump of a data folder to start from. */
  template?: string | undefined;
  /** The file that caches the reduced PostGIS between starts. */
  bundle: string;
};

type Methods = Pick<Database, 'run' | 'transact' | 'close'> & { dump(): Promise<Uint8Array> };
export type Call = { [M in keyof Methods]: { id: number; method: M; args: Parameters<Methods[M]> } }[keyof Methods];
export type Answer = { id: number; result?: unknown; failure?: Failure };
export type Failure = { message: string; fields?: ErrorFields };

/** A database that can also dump its data folder as one archive. */
export type Embedded = Database & Pick<Methods, 'dump'>;

/** How long `close` waits for running statements. Postgres can recover if it is terminated earlier. */
const closingMs = 5_000;

/** Starts PGlite in its own thread, so that a long statement does not block the rest, not even Ctrl-C. */
export async function startEmbedded(setup: Setup): Promise<Embedded> {
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: setup,
    // Some options of this process, such as --input-type, are invalid for a file.
    execArgv: [],
    // Postgres refuses too deep recursion, but needs enough stack to get there.
    resourceLimits: { stackSizeMb: 64 },
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  let ended: Error | undefined;

  const started = Promise.withResolvers<void>();
  const end = (error: Error): void => {
    ended ??= error;
    started.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', (cause) => end(new Error(`the embedded database stopped: ${String(cause)}`, { cause })));
  worker.on('exit', () => end(new Error('the embedded database is closed')));
  worker.on('message', ({ id, result, failure }: Answer) => {
    if (id === 0) started.resolve();
    else if (failure) waiting.get(id)?.reject(revive(failure));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });

  // The worker runs the method of the same name and sends back its result.
  function call<M extends keyof Methods>(method: M, ...args: Parameters<Methods[M]>): ReturnType<Methods[M]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (ended) return reject(ended);
      calls += 1;
      waiting.set(calls, { resolve, reject });
      worker.postMessage({ id: calls, method, args });
    });
    return answer as ReturnType<Methods[M]>;
  }

  await started.promise;
  return {
    kind: 'embedded',
    run: (...args) => call('run', ...args),
    transact: (...args) => call('transact', ...args),
    dump: () => call('dump'),
    async close() {
      if (ended) return;
      const closed = call('close').catch(() => {});
      ended = new Error('the embedded database is closed');
      const timer = setTimeout(() => void worker.terminate(), closingMs);
      await closed;
      clearTimeout(timer);
      await worker.terminate();
    },
  };
}

function revive({ message, fields }: Failure): Error {
  return fields ? new PostgresError(message, fields) : new ResultTooLarge(message);
}
