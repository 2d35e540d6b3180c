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

type Scene = { rider: Rider; operation: Operation; example: Example; key?: Promise<string> };

/** Scenes and bystanders are replaced after this number of uses, since rate limits and tokens run out. */
const uses = { scene: 40, bystander: 400 };

/** Caches a promise until it has been used `maxUses` times or is discarded. */
function cached<T>(make: () => Promise<T>, maxUses: number) {
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

async function createScene(name: string): Promise<Scene> {
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

async function keyOf(rider: Rider): Promise<string> {
  const { json } = await rider.post('/v1/api-keys', { name: 'Script', scopes: keyScopes });
  return json.token;
}

/** The actors, and the rows that make each call succeed. */
export function createStage() {
  const scenes = new Map<string, ReturnType<typeof cached<Scene>>>();
  const bystanders = {
    guest: cached(createGuest, uses.bystander),
    stranger: cached(() => createRider(), uses.bystander),
    admin: cached(createAdmin, uses.bystander),
  };

  async function tokenOf(actor: Actor, scene: Scene): Promise<string | undefined> {
    if (actor === 'none') return undefined;
    if (actor === 'owner') return scene.rider.token;
    if (actor !== 'key') return (await bystanders[actor].take()).token;
    scene.key ??= keyOf(scene.rider);
    return await scene.key;
  }

  return {
    /** The unchanged request of an example, sent by the actor. */
    async draftOf(name: string, actor: Actor): Promise<{ operation: Operation; draft: Draft }> {
      const place = scenes.get(name) ?? cached(() => createScene(name), uses.scene);
      scenes.set(name, place);
      const scene = await place.take();
      return { operation: scene.operation, draft: draftFrom(scene, await tokenOf(actor, scene)) };
    },
    /** Discards rows that a call has used up, so that the next call gets new ones. */
    discard: (name: string): void => scenes.get(name)?.discard(),
  };
}

function draftFrom({ operation, example }: Scene, token: string | undefined): Draft {
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
