import { isOpen, type Operation } from '../../../test/contract/document.ts';
import type { Entry } from '../../../test/contract/operations/entry.ts';
import { entryOf, operationOf, prepare, wayOf } from '../../../test/contract/register.ts';
import { sql } from '../../../test/support/db.ts';
import { createRider, makeAdmin } from '../../../test/support/factories.ts';
import { quiet } from '../../support/database-proxy.ts';
import { type Call, faultOfUnavailable, leaks, type Observed, prepared, sendOnce } from './call.ts';
import { isNothing, say, without } from './picture.ts';
import type { Verdict } from './write.ts';

/** Makes of a call that would succeed one that must be refused. */
type Spoil = {
  fits: (name: string, operation: Operation, entry: Entry) => boolean;
  spoil: (call: Call) => Promise<Call>;
};

const isGuarded: Spoil['fits'] = (_, operation) => !isOpen(operation);

const bySql = (run: (call: Call) => Promise<unknown>) => async (call: Call) => {
  await run(call);
  return call;
};

const isAdmins = ({ operation: { id } }: Call): boolean => entryOf(id).audience === 'admin';
const used = 'it has been used';

/** Reasons that many calls share; those of one call stand in its entry. */
const spoils: Readonly<Record<string, Spoil>> = {
  'the session is revoked': {
    fits: isGuarded,
    spoil: bySql(({ rider }) => sql`update sessions set revoked_at = created_at where id = ${rider.sessionId}`),
  },
  'the rider is disabled': {
    fits: isGuarded,
    spoil: bySql(({ rider }) => sql`update users set disabled_at = created_at where id = ${rider.id}`),
  },
  'the role is taken away': {
    fits: (_, { security }, { audience }) => audience === 'admin' || JSON.stringify(security).includes(':write'),
    spoil: bySql(
      (call) => sql`update users set role = ${isAdmins(call) ? 'user' : 'guest'} where id = ${call.rider.id}`,
    ),
  },
  'the login is an hour ago': {
    fits: (_, __, { audience, needsFreshLogin }) => needsFreshLogin === true || audience === 'admin',
    spoil: bySql(
      ({ rider }) =>
        sql`update sessions set authenticated_at = authenticated_at - interval '1 hour' where id = ${rider.sessionId}`,
    ),
  },
  "it is somebody else's": {
    // Other riders and admins may name a rider, but not what a rider owns.
    fits: (_, __, { audience, names = {} }) =>
      audience !== 'admin' && Object.values(names).some((kind) => kind !== 'user'),
    spoil: async (call) => {
      const stranger = await createRider();
      const own = await prepare(call.name, stranger);
      await sql`update journeys set visibility = 'private' where owner_id = ${call.rider.id}`;
      return { ...call, example: { ...own.example, params: call.example.params ?? {} }, rider: stranger };
    },
  },
  [used]: {
    fits: (name) => wayOf(name).usesUp === 'token',
    // Under a key of its own: the same key would be answered as the first time.
    spoil: async (call) => {
      await sendOnce(call);
      return { ...call, key: crypto.randomUUID() };
    },
  },
};

/** Every reason to refuse each call. */
export const refusals = (names: readonly string[]): { name: string; why: string }[] => [
  ...Object.entries(spoils).flatMap(([why, { fits }]) =>
    names.filter((name) => fits(name, operationOf(name), entryOf(operationOf(name).id))).map((name) => ({ name, why })),
  ),
  ...names.flatMap((name) => Object.keys(wayOf(name).refused ?? {}).map((why) => ({ name, why }))),
];

/** A call as it would succeed but for one thing. */
export async function spoiled(name: string, why: string): Promise<Call> {
  const call = await prepared(name);
  // Who is the only admin may do less than one among others.
  if (isAdmins(call)) await makeAdmin(await createRider());
  const bad = await spoil(call, why);
  await quiet();
  return bad;
}

async function spoil(call: Call, why: string): Promise<Call> {
  const own = wayOf(call.name).refused?.[why];
  if (own) return { ...call, example: await own(call.example, call.rider) };
  const shared = spoils[why];
  if (!shared) throw new Error(`no such reason: ${why}`);
  return await shared.spoil(call);
}

/** Refusing is written down, and told. A code that comes a second time ends what it began. */
const comesOfRefusal = (why: string): string[] => ['audit', 'outbox', ...(why === used ? ['sessions'] : [])];

export function judgeRefusal(why: string, { answer, effect }: Observed): Verdict | undefined {
  const leak = leaks(answer);
  if (leak) return { kind: 'leaked', detail: leak };
  if (answer.status < 400) return { kind: 'fail-open', detail: `answers ${answer.status}` };
  const fault = answer.status >= 500 ? faultOfUnavailable(answer) : undefined;
  if (fault) return { kind: 'answer', detail: `${fault}: ${answer.text.slice(0, 200)}` };
  const stray = without(effect, comesOfRefusal(why));
  return isNothing(stray) ? undefined : { kind: 'fail-open', detail: `refused, but changed ${say(stray)}` };
}
