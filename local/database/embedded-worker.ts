import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { type Database, PostgresError, type Result, ResultTooLarge } from './database.ts';
import type { Answer, Call, Failure, Setup } from './embedded.ts';
import { postgis } from './postgis.ts';
import { type Connection, databaseOver, leaveNothing } from './session.ts';
import { decode, encode, encodeScript } from './wire.ts';

const checkpointMs = 30_000;

const { folder, template, bundle }: Setup = workerData;
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
  // PGlite 0.5.8 leaves it where an error was raised, 1 kB deeper each time: two thousand errors would be its end.
  if (stackPointer instanceof WebAssembly.Global) stackPointer.value = stackTop;
  const reply = decode(messages);
  isInTransaction = reply.isInTransaction;
  sentSinceCheckpoint += 1;
  if (reply.outcome instanceof PostgresError) throw reply.outcome;
  return reply.outcome;
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

let lastInLine: Promise<unknown> = Promise.resolve();
function inLine<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastInLine.then(work);
  lastInLine = turn.catch(() => {});
  return turn;
}

// Postgres in single-user mode never checkpoints by itself, and its log would grow for ever.
const checkpoints = setInterval(() => void inLine(checkpoint), checkpointMs);
async function checkpoint(): Promise<void> {
  if (sentSinceCheckpoint > 0) await connection.send({ query: 'checkpoint' });
  sentSinceCheckpoint = 0;
}

const database: Database = databaseOver('embedded', {
  use: (work) =>
    inLine(async () => {
      try {
        return await work(connection);
      } finally {
        await leaveNothing(connection);
      }
    }),
  async close() {
    clearInterval(checkpoints);
    await inLine(() => pglite.close());
  },
});

async function dump(): Promise<Uint8Array> {
  await connection.send({ query: 'checkpoint' });
  const archive = await pglite.dumpDataDir('none');
  return new Uint8Array(await archive.arrayBuffer());
}

function answer(call: Call): Promise<unknown> {
  switch (call.method) {
    case 'run':
      return database.run(...call.args);
    case 'transact':
      return database.transact(...call.args);
    case 'dump':
      return inLine(dump);
    case 'close':
      return database.close();
  }
}

async function receive(call: Call): Promise<Answer> {
  try {
    return { id: call.id, result: await answer(call) };
  } catch (error) {
    return { id: call.id, failure: describe(error) };
  }
}

/** Anything but what Postgres says is the end of this thread: its memory cannot be trusted any more. */
function describe(error: unknown): Failure {
  if (error instanceof PostgresError) return { message: error.message, fields: error.fields };
  if (error instanceof ResultTooLarge) return { message: error.message };
  throw error;
}

parentPort?.on('message', async (call: Call) => parentPort?.postMessage(await receive(call)));
parentPort?.postMessage({ id: 0 } satisfies Answer);
