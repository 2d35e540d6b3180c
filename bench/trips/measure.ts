import { tripsDuring } from '../../proof/support/trip-counter.ts';
import { send } from '../../test/contract/calls.ts';
import type { Operation } from '../../test/contract/document.ts';
import { operationOf, prepare } from '../../test/contract/examples.ts';
import { createRider, freshToken } from '../../test/support/factories.ts';
import { type Trips, type Way, ways } from './table.ts';

/** From hasty to patient: a count that is not what was expected is taken again, in case the machine was busy. */
const holdsMs = [20, 100, 500];

/** How many sequential trips an operation waits for, in each way that it can be called. */
export async function tripsOf(name: string, expected: Partial<Trips> = {}): Promise<Trips> {
  const trips: Trips = { plain: await countPatiently(name, 'plain', expected.plain) };
  if (!takesKey(operationOf(name))) return trips;
  for (const way of ways) trips[way] ??= await countPatiently(name, way, expected[way]);
  return trips;
}

const takesKey = ({ parameters }: Operation): boolean => parameters.some(({ name }) => name === 'Idempotency-Key');

async function countPatiently(name: string, way: Way, expected: number | undefined): Promise<number> {
  let trips = Number.NaN;
  for (const holdMs of holdsMs) {
    trips = await countOnce(name, way, holdMs);
    if (trips === expected) break;
  }
  return trips;
}

async function countOnce(name: string, way: Way, holdMs: number): Promise<number> {
  const rider = await createRider();
  const { operation, example } = await prepare(name, rider);
  // As an app calls it: a role that has changed since the token was made costs a trip once, and is not what is asked here.
  const caller = { ...rider, token: await freshToken(rider) };
  const headers: Record<string, string> = way === 'plain' ? {} : { 'Idempotency-Key': crypto.randomUUID() };
  if (way === 'sent again') await send(operation, example, caller, { headers });
  return await tripsDuring(holdMs, async () => {
    const { status, text } = await send(operation, example, caller, { headers });
    if (status !== example.status) throw new Error(`${name} answered ${status}: ${text}`);
  });
}

export function callOf(name: string): string {
  const { method, path } = operationOf(name);
  return `${method} ${path}`;
}
