import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Database, ErrorFields } from './database.ts';

export type Setup = {
  /** The data folder. Without one the data is in memory. */
  folder?: string | undefined;
  /** The dump of a data folder to start from. */
  template?: string | undefined;
  /** The file that caches the reduced PostGIS between starts. */
  bundle: string;
};

export type ThreadData = Setup & {
  /** The id of the running call, or 0. */
  running: Int32Array;
  /** Receives the ids of calls whose result nobody waits for any more. */
  abandoned: MessagePort;
};

export type Methods = Pick<Database, 'run' | 'transact' | 'close'> & { dump(): Promise<Uint8Array> };
export type Call = { [M in keyof Methods]: { id: number; method: M; args: Parameters<Methods[M]> } }[keyof Methods];
export type Answer = { id: number; result?: unknown; failure?: Failure };
export type Failure = { message: string; fields?: ErrorFields };

export type Thread = {
  post(call: Call): void;
  /** Nobody waits for the result of this call any more. */
  abandon(id: number): void;
  /** The id of the running call, or 0. */
  runningId(): number;
  /** Ends the thread without waiting for statements. Postgres recovers as after a crash. */
  terminate(): Promise<unknown>;
};

/**
 * Starts PGlite in a thread of its own, so that a long statement does not block the rest, not even Ctrl-C. The answer with
 * id 0 says that it has started.
 */
export function startThread(setup: Setup, onAnswer: (answer: Answer) => void, onEnd: (error: Error) => void): Thread {
  const running = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const { port1: abandoned, port2: abandon } = new MessageChannel();
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: { ...setup, running, abandoned } satisfies ThreadData,
    transferList: [abandoned],
    // Some options of this process, such as --input-type, are invalid for a file.
    execArgv: [],
    // Postgres refuses too deep recursion, but needs enough stack to get there.
    resourceLimits: { stackSizeMb: 64 },
  });
  worker.on('error', (cause) => onEnd(new Error(`the embedded database stopped: ${String(cause)}`, { cause })));
  worker.on('exit', () => onEnd(new Error('the embedded database is closed')));
  worker.on('message', onAnswer);

  return {
    post: (call) => worker.postMessage(call),
    abandon: (id) => abandon.postMessage(id),
    runningId: () => Atomics.load(running, 0),
    async terminate() {
      worker.removeAllListeners();
      abandon.close();
      await worker.terminate();
    },
  };
}
