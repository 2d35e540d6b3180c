import { Worker } from 'node:worker_threads';
import { type Database, type ErrorFields, PostgresError, ResultTooLarge } from './database.ts';

export type Setup = {
  /** Where the data is kept; in memory without it. */
  folder?: string | undefined;
  /** The dump of a data folder to begin with. */
  template?: string | undefined;
  /** Where the trimmed PostGIS is kept between starts. */
  bundle: string;
};

type Methods = Pick<Database, 'run' | 'transact' | 'close'> & { dump(): Promise<Uint8Array> };
export type Call = { [M in keyof Methods]: { id: number; method: M; args: Parameters<Methods[M]> } }[keyof Methods];
export type Answer = { id: number; result?: unknown; failure?: Failure };
export type Failure = { message: string; fields?: ErrorFields };

/** A data folder as one archive, beside what every database can. */
export type Embedded = Database & Pick<Methods, 'dump'>;

/** How long closing waits for what still runs; Postgres recovers from an end without it. */
const closingMs = 5_000;

/** PGlite in a thread of its own: a long statement there keeps nothing else waiting, not even Ctrl-C. */
export async function startEmbedded(setup: Setup): Promise<Embedded> {
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: setup,
    // Some options of this process, like --input-type, make no sense for a file.
    execArgv: [],
    // Postgres refuses what recurses too deeply, but only if there is room until it does.
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

  // A method's answer is what the worker's function of that name returned.
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
