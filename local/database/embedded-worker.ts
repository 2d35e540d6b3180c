import { readFile } from 'node:fs/promises';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { Abandoned, type Database, PostgresError, type Result, ResultTooLarge } from './database.ts';
import type { Answer, Call, Failure, ThreadData } from './embedded-thread.ts';
import { postgis } from './postgis.ts';
import { type Connection, databaseOver, resetSession } from './session.ts';
import { decode, encode, encodeScript } from './wire.ts';

const checkpointMs = 30_000;

const { folder, template, bundle, running, abandoned }: ThreadData = workerData;
const pglite = await PGlite.create({
  ...(folder !== undefined && { dataDir: folder }),
  ...(template !== undefined && { loadDataDir: new Blob([await readFile(template)]) }),
  extensions: { postgis: postgis(bundle) },
  initDbStartParams: ['--wal-segsize=1'],
  startParams: [...PGlite.defaultStartParams, '-c', 'max_wal_size=64MB', '-c', 'min_wal_size=16MB'],
});

const stackPointer: unknown = Reflect.get(pglite.Module, '___stack_pointer');
const stackTop: unknown = stackPointer instanceof WebAssembly.Global ? stackPointer.value : undefined;

let isInTransaction = false;
let sentSinceCheckpoint = 0;
async function exchange(message: Uint8Array): Promise<Result> {
  const messages = await pglite.execProtocolStream(message, { throwOnError: false, syncToFs: false });
  // PGlite 0.5.8 does not reset the stack pointer after an error. After about two thousand errors it would crash.
  if (stackPointer instanceof WebAssembly.Global) stackPointer.value = stackTop;
  const reply = decode(messages);
  isInTransaction = reply.isInTransaction;
  sentSinceCheckpoint += 1;
  readAbandoned();
  if (reply.outcome instanceof PostgresError) throw reply.outcome;
  return reply.outcome;
}

const controllers = new Map<number, AbortController>();
function controllerOf(id: number): AbortController {
  const controller = controllers.get(id) ?? new AbortController();
  controllers.set(id, controller);
  return controller;
}

/** Reads without waiting, since no message event is handled while statements follow each other. */
function readAbandoned(): void {
  for (let next = receiveMessageOnPort(abandoned); next; next = receiveMessageOnPort(abandoned))
    controllerOf(next.message).abort();
}

const connection: Connection = {
  send: (statement) => exchange(encode(statement)),
  async sendTogether(statements) {
    const results: Result[] = [];
    for (const statement of statements) results.push(await connection.send(statement));
    return results;
  },
  async sendScript(script) {
    await exchange(encodeScript(script));
  },
  isInTransaction: () => isInTransaction,
};

let lastInQueue: Promise<unknown> = Promise.resolve();
function inQueue<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastInQueue.then(work);
  lastInQueue = turn.catch(() => {});
  return turn;
}

// Postgres in single-user mode makes no checkpoints of its own, and its log would grow forever.
const checkpoints = setInterval(() => void inQueue(checkpoint), checkpointMs);
async function checkpoint(): Promise<void> {
  if (sentSinceCheckpoint > 0) await connection.send({ query: 'checkpoint' });
  sentSinceCheckpoint = 0;
}

const database: Database = databaseOver('embedded', {
  async use(work, signal) {
    readAbandoned();
    if (signal?.aborted) throw new Abandoned();
    try {
      return await work(connection);
    } finally {
      await resetSession(connection);
    }
  },
  async close() {
    clearInterval(checkpoints);
    await pglite.close();
  },
});

async function dump(): Promise<Uint8Array> {
  await connection.send({ query: 'checkpoint' });
  const archive = await pglite.dumpDataDir('none');
  return new Uint8Array(await archive.arrayBuffer());
}

function answer(call: Call, signal: AbortSignal): Promise<unknown> {
  switch (call.method) {
    case 'run':
      return database.run(call.args[0], { ...call.args[1], signal });
    case 'transact':
      return database.transact(call.args[0], { ...call.args[1], signal });
    case 'dump':
      return dump();
    case 'close':
      return database.close();
  }
}

async function receive(call: Call): Promise<Answer> {
  Atomics.store(running, 0, call.id);
  try {
    return { id: call.id, result: await answer(call, controllerOf(call.id).signal) };
  } catch (error) {
    return { id: call.id, failure: describe(error) };
  } finally {
    controllers.delete(call.id);
    Atomics.store(running, 0, 0);
  }
}

/** Any error that is not from Postgres ends this thread, since its memory may be corrupt. */
function describe(error: unknown): Failure {
  if (error instanceof PostgresError) return { message: error.message, fields: error.fields };
  if (error instanceof ResultTooLarge || error instanceof Abandoned) return { message: error.message };
  throw error;
}

parentPort?.on('message', (call: Call) => inQueue(async () => parentPort?.postMessage(await receive(call))));
parentPort?.postMessage({ id: 0 } satisfies Answer);
