import { addressOf } from '../../../test/contract/calls.ts';
import { isJsonBody, type Operation } from '../../../test/contract/document.ts';
import type { Example } from '../../../test/contract/operations/entry.ts';
import { prepare } from '../../../test/contract/register.ts';
import { nextNetwork } from '../../../test/support/app.ts';
import { sql } from '../../../test/support/db.ts';
import { createRider, makeAdmin, type Rider } from '../../../test/support/factories.ts';
import type { Draft } from './draft.ts';

export const actors = ['owner', 'none', 'guest', 'stranger', 'key', 'admin'] as const;
export type Actor = (typeof actors)[number];

/** A rider with the rows that make the call of an example succeed. */
type Fixture = { rider: Rider; operation: Operation; example: Example; key?: Promise<string> };

/** Fixtures and other callers are replaced after this number of uses, since rate limits and tokens run out. */
const uses = { fixture: 40, otherCaller: 400 };

/** Caches a promise until it has been used `maxUses` times or is discarded. */
function createCache<T>(make: () => Promise<T>, maxUses: number) {
  let [current, left]: [Promise<T> | undefined, number] = [undefined, 0];
  return {
    take(): Promise<T> {
      if (!current || left === 0) [current, left] = [make(), maxUses];
      left -= 1;
      return current;
    },
    discard(): void {
      current = undefined;
    },
  };
}

async function createFixture(name: string): Promise<Fixture> {
  const rider = await createRider();
  return { rider, ...(await prepare(name, rider)) };
}

async function createGuest(): Promise<Rider> {
  const rider = await createRider();
  await sql`update users set role = 'guest' where id = ${rider.id}`;
  return rider;
}

async function createAdmin(): Promise<Rider> {
  const rider = await createRider();
  await makeAdmin(rider);
  return rider;
}

const keyScopes = ['profile:read', 'profile:write', 'journeys:read', 'journeys:write', 'discovery:read'];

async function createKey(rider: Rider): Promise<string> {
  const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes: keyScopes });
  return json.token;
}

/** Keeps the callers, and for each example the rows that make its call succeed. */
export function createFixtures() {
  const caches = new Map<string, ReturnType<typeof createCache<Fixture>>>();
  const otherCallers = {
    guest: createCache(createGuest, uses.otherCaller),
    stranger: createCache(() => createRider(), uses.otherCaller),
    admin: createCache(createAdmin, uses.otherCaller),
  };

  async function tokenOf(actor: Actor, fixture: Fixture): Promise<string | undefined> {
    if (actor === 'none') return undefined;
    if (actor === 'owner') return fixture.rider.token;
    if (actor !== 'key') return (await otherCallers[actor].take()).token;
    fixture.key ??= createKey(fixture.rider);
    return await fixture.key;
  }

  return {
    /** The unchanged request of an example, sent by the actor. */
    async draftOf(name: string, actor: Actor): Promise<{ operation: Operation; draft: Draft }> {
      const cache = caches.get(name) ?? createCache(() => createFixture(name), uses.fixture);
      caches.set(name, cache);
      const fixture = await cache.take();
      return { operation: fixture.operation, draft: draftFrom(fixture, await tokenOf(actor, fixture)) };
    },
    /** Discards rows that a call has used up, so that the next call gets new ones. */
    discard: (name: string): void => caches.get(name)?.discard(),
  };
}

function draftFrom({ operation, example }: Fixture, token: string | undefined): Draft {
  const [path = '', search] = addressOf(operation, example).split('?', 2);
  const { body, sign, headers = {}, mediaType = operation.body?.mediaType } = example;
  return {
    method: operation.method,
    path,
    query: search ? search.split('&') : [],
    headers: [
      ['CF-Connecting-IP', nextNetwork()],
      ...(token ? [['Authorization', `Bearer ${token}`] as const] : []),
      ...(mediaType && body !== undefined ? [['Content-Type', mediaType] as const] : []),
      ...Object.entries(headers),
    ],
    body: body === undefined ? undefined : isJsonBody(operation) ? { json: body } : { text: String(body) },
    sign,
  };
}
