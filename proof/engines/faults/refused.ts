import { isOpen, type Operation } from '../../../test/contract/document.ts';
import type { Entry } from '../../../test/contract/operations/entry.ts';
import { entryOf, operationOf, prepare, wayOf } from '../../../test/contract/register.ts';
import { sql } from '../../../test/support/db.ts';
import { createRider, makeAdmin } from '../../../test/support/factories.ts';
import { waitUntilIdle } from '../../support/database-proxy.ts';
import { type Call, faultOfUnavailable, findLeak, type Observed, prepared, sendOnce } from './call.ts';
import { describe, isNothing, without } from './snapshot.ts';
import type { Verdict } from './write.ts';

/** A reason to refuse: changes a call that would succeed so that it must be refused. */
type Reason = {
  fits: (name: string, operation: Operation, entry: Entry) => boolean;
  spoil: (call: Call) => Promise<Call>;
};

const isGuarded: Reason['fits'] = (_, operation) => !isOpen(operation);

const bySql = (run: (call: Call) => Promise<unknown>) => async (call: Call) => {
  await run(call);
  return call;
};

const isAdmins = ({ operation: { id } }: Call): boolean => entryOf(id).audience === 'admin';
const used = 'it has been used';

/** Reasons that many calls share. The entry of a call has its own reasons. */
const sharedReasons: Readonly<Record<string, Reason>> = {
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
    // Other riders and admins may name a rider, but not the things that a rider owns.
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
    // The second request needs another idempotency key, since the same key gets the first response again.
    spoil: async (call) => {
      await sendOnce(call);
      return { ...call, key: crypto.randomUUID() };
    },
  },
};

/** Each call with every reason to refuse it. */
export const refusals = (names: readonly string[]): { name: string; why: string }[] => [
  ...Object.entries(sharedReasons).flatMap(([why, { fits }]) =>
    names.filter((name) => fits(name, operationOf(name), entryOf(operationOf(name).id))).map((name) => ({ name, why })),
  ),
  ...names.flatMap((name) => Object.keys(wayOf(name).refused ?? {}).map((why) => ({ name, why }))),
];

/** Prepares a call that would succeed, except for one reason to refuse it. */
export async function spoiled(name: string, why: string): Promise<Call> {
  const call = await prepared(name);
  // The only admin may do less than one of several.
  if (isAdmins(call)) await makeAdmin(await createRider());
  const bad = await spoil(call, why);
  await waitUntilIdle();
  return bad;
}

async function spoil(call: Call, why: string): Promise<Call> {
  const own = wayOf(call.name).refused?.[why];
  if (own) return { ...call, example: await own(call.example, call.rider) };
  const shared = sharedReasons[why];
  if (!shared) throw new Error(`no such reason: ${why}`);
  return await shared.spoil(call);
}

/** Tables that a refusal may change: it is audited and may send a mail, and a reused code ends its session. */
const changedByRefusal = (why: string): string[] => ['audit', 'outbox', ...(why === used ? ['sessions'] : [])];

export function judgeRefusal(why: string, { answer, effect }: Observed): Verdict | undefined {
  const leak = findLeak(answer);
  if (leak) return { kind: 'leaked', detail: leak };
  if (answer.status < 400) return { kind: 'fail-open', detail: `answers ${answer.status}` };
  const fault = answer.status >= 500 ? faultOfUnavailable(answer) : undefined;
  if (fault) return { kind: 'answer', detail: `${fault}: ${answer.text.slice(0, 200)}` };
  const stray = without(effect, changedByRefusal(why));
  return isNothing(stray) ? undefined : { kind: 'fail-open', detail: `refused, but changed ${describe(stray)}` };
}
