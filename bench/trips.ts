// npm run bench: how many sequential trips to the database each operation waits for. Every reply of the database is
// held back, so that a request which reaches it later than that after another one must have waited for the reply.
import { setLatency, stop, takeDatabaseStarts } from '../proof/kairos.ts';
import { send } from '../test/contract/calls.ts';
import type { Operation } from '../test/contract/document.ts';
import { exampleNames, prepare } from '../test/contract/examples.ts';
import { createRider, freshToken } from '../test/support/factories.ts';

const latencyMs = 50;
/** On a busy machine two queries of one moment may start 50 ms apart and look like two trips. */
const patientLatencyMs = 500;

/** As it is, under an idempotency key, or under one that has been used for the same. */
type Way = 'plain' | 'with a key' | 'sent again';
type Trips = { name: string; way: Way; operation: Operation; trips: number };

const takesKey = ({ parameters }: Operation): boolean => parameters.some(({ name }) => name === 'Idempotency-Key');

async function tripsOf(name: string, way: Way, latencyMs: number): Promise<Trips> {
  await setLatency(0);
  const rider = await createRider();
  const { operation, example } = await prepare(name, rider);
  // As an app calls it: a role that has changed since the token was made costs a trip once, and is not what is asked here.
  const token = await freshToken(rider);
  const headers: Record<string, string> = way === 'plain' ? {} : { 'Idempotency-Key': crypto.randomUUID() };
  if (way === 'sent again') await send(operation, example, { ...rider, token }, { headers });
  await setLatency(latencyMs);
  // What an earlier call left for after its answer must not be counted here.
  await new Promise((resolve) => setTimeout(resolve, 4 * latencyMs));
  takeDatabaseStarts();
  const { status, text } = await send(operation, example, { ...rider, token }, { headers });
  const answeredAt = performance.now();
  // A reply that came later was not waited for: a mail is sent after the answer.
  const starts = takeDatabaseStarts().filter((start) => start + latencyMs <= answeredAt);
  if (status !== example.status) throw new Error(`${name} answered ${status}: ${text}`);
  return { name, way, operation, trips: sequential(starts, latencyMs) };
}

function sequential(starts: readonly number[], latencyMs: number): number {
  let [trips, tripStart] = [0, Number.NEGATIVE_INFINITY];
  for (const start of starts) {
    if (start - tripStart < latencyMs) continue;
    trips += 1;
    tripStart = start;
  }
  return trips;
}

/** The browser's way back from a provider writes what it reads: the provider is asked in between. */
const budgetOf = ({ id, method }: Operation): number => (method === 'GET' && id !== 'finishSignIn' ? 1 : 2);

const isOver = ({ operation, trips }: Trips): boolean => trips > budgetOf(operation);

const rows: Trips[] = [];
async function measure(name: string, way: Way): Promise<Operation> {
  const measured = await tripsOf(name, way, latencyMs);
  rows.push(isOver(measured) ? await tripsOf(name, way, patientLatencyMs) : measured);
  return measured.operation;
}

for (const name of exampleNames) {
  if (!takesKey(await measure(name, 'plain'))) continue;
  await measure(name, 'with a key');
  await measure(name, 'sent again');
}
console.log('| call | operation | sequential trips to the database |\n| --- | --- | --- |');
for (const { name, way, operation, trips } of rows)
  console.log(`| ${operation.method} ${operation.path} | ${name}${way === 'plain' ? '' : `, ${way}`} | ${trips} |`);
const tooMany = rows.filter(isOver);
if (tooMany.length > 0) {
  console.error(`over the budget: ${tooMany.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
await stop();
process.exit();
