import { countSequentialTrips } from '../../proof/support/trip-counter.ts';
import { send } from '../../test/contract/calls.ts';
import type { Operation } from '../../test/contract/document.ts';
import type { Trips } from '../../test/contract/operations/entry.ts';
import { operationOf, prepare, wayOf } from '../../test/contract/register.ts';
import { createRider, freshToken } from '../../test/support/factories.ts';

/** Without an idempotency key, with a new one, and with one that has been used for the same call. */
export const keyUses = ['plain', 'with a key', 'sent again'] as const;
type KeyUse = (typeof keyUses)[number];

/** An unexpected count is taken again with a longer hold, since the machine may have been busy. */
const holdsMs = [20, 100, 500];

/** Counts the sequential round trips of an operation, in the form that its entry has them. */
export async function measureTrips(name: string): Promise<Trips> {
  const [plain, withKey, sentAgain] = [wayOf(name).trips].flat();
  if (!takesKey(operationOf(name))) return await countRepeatedly(name, 'plain', plain);
  return [
    await countRepeatedly(name, 'plain', plain),
    await countRepeatedly(name, 'with a key', withKey),
    await countRepeatedly(name, 'sent again', sentAgain),
  ];
}

const takesKey = ({ parameters }: Operation): boolean => parameters.some(({ name }) => name === 'Idempotency-Key');

async function countRepeatedly(name: string, keyUse: KeyUse, expected: number | undefined): Promise<number> {
  let trips = Number.NaN;
  for (const holdMs of holdsMs) {
    trips = await countOnce(name, keyUse, holdMs);
    if (trips === expected) break;
  }
  return trips;
}

async function countOnce(name: string, keyUse: KeyUse, holdMs: number): Promise<number> {
  const rider = await createRider();
  const { operation, example } = await prepare(name, rider);
  // A fresh token, since a token with an old role costs one more round trip.
  const caller = { ...rider, token: await freshToken(rider) };
  const headers: Record<string, string> = keyUse === 'plain' ? {} : { 'Idempotency-Key': crypto.randomUUID() };
  if (keyUse === 'sent again') await send(operation, example, caller, { headers });
  return await countSequentialTrips(holdMs, async () => {
    const { status, text } = await send(operation, example, caller, { headers });
    if (status !== example.status) throw new Error(`${name} answered ${status}: ${text}`);
  });
}
