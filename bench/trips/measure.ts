import { tripsDuring } from '../../proof/support/trip-counter.ts';
import { send } from '../../test/contract/calls.ts';
import type { Operation } from '../../test/contract/document.ts';
import type { Trips } from '../../test/contract/operations/entry.ts';
import { operationOf, prepare, wayOf } from '../../test/contract/register.ts';
import { createRider, freshToken } from '../../test/support/factories.ts';

/** As it is; under an idempotency key, or under one that has been used for the same, where a call takes one. */
export const ways = ['plain', 'with a key', 'sent again'] as const;
type Way = (typeof ways)[number];

/** From hasty to patient: a count that is not what was expected is taken again, in case the machine was busy. */
const holdsMs = [20, 100, 500];

/** How many sequential trips an operation waits for, in each way that it can be called, as its entry has them. */
export async function tripsOf(name: string): Promise<Trips> {
  const [plain, withKey, sentAgain] = [wayOf(name).trips].flat();
  if (!takesKey(operationOf(name))) return await countPatiently(name, 'plain', plain);
  return [
    await countPatiently(name, 'plain', plain),
    await countPatiently(name, 'with a key', withKey),
    await countPatiently(name, 'sent again', sentAgain),
  ];
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
