import { byId, isOpen, type Operation } from '../../../test/contract/document.ts';
import { prepare } from '../../../test/contract/examples.ts';
import { sql } from '../../../test/support/db.ts';
import { createRider, makeAdmin } from '../../../test/support/factories.ts';
import { quiet } from '../../support/database-proxy.ts';
import { type Call, faultOfUnavailable, leaks, type Observed, prepared, sendOnce } from './call.ts';
import { isNothing, say, without } from './picture.ts';
import type { Verdict } from './write.ts';

/** Makes of a call that would succeed one that must be refused. */
type Spoil = { fits: (name: string, operation: Operation) => boolean; spoil: (call: Call) => Promise<Call> };

const isAdminCall = ({ security }: Operation): boolean => JSON.stringify(security ?? []).includes('admin:manage');
const isGuarded = (_: string, operation: Operation): boolean => !isOpen(operation);
const isOneOf =
  (...names: readonly string[]) =>
  (name: string): boolean =>
    names.includes(name);

const bySql = (run: (call: Call) => Promise<unknown>) => async (call: Call) => {
  await run(call);
  return call;
};

/** Sensitive, or of an admin: wants the password within ten minutes. */
const needsPassword = ['deleteMe', 'createApiKey', 'updateApiKey', 'unlinkIdentity', 'linkIdentity'];

const withForm = (call: Call, fields: Record<string, string>): Call => ({
  ...call,
  example: {
    ...call.example,
    body: new URLSearchParams({ ...Object.fromEntries(call.example.body as never), ...fields }),
  },
});
const withBody = (call: Call, fields: Record<string, string>): Call => ({
  ...call,
  example: { ...call.example, body: { ...(call.example.body as object), ...fields } },
});

const wrong = 'not the password 17';
const used = 'it has been used';

export const spoils: Readonly<Record<string, Spoil>> = {
  'the session is revoked': {
    fits: isGuarded,
    spoil: bySql(({ rider }) => sql`update sessions set revoked_at = created_at where id = ${rider.sessionId}`),
  },
  'the rider is disabled': {
    fits: isGuarded,
    spoil: bySql(({ rider }) => sql`update users set disabled_at = created_at where id = ${rider.id}`),
  },
  'the role is taken away': {
    fits: (_, operation) => isAdminCall(operation) || JSON.stringify(operation.security).includes(':write'),
    spoil: bySql(({ rider, operation }) =>
      isAdminCall(operation)
        ? sql`update users set role = 'user' where id = ${rider.id}`
        : sql`update users set role = 'guest' where id = ${rider.id}`,
    ),
  },
  'the login is an hour ago': {
    fits: (name, operation) => needsPassword.includes(name) || isAdminCall(operation),
    spoil: bySql(
      ({ rider }) =>
        sql`update sessions set authenticated_at = authenticated_at - interval '1 hour' where id = ${rider.sessionId}`,
    ),
  },
  "it is somebody else's": {
    fits: (_, { path }) =>
      /^\/v1\/(?:journeys\/\{id\}|api-keys\/\{id\}|blocks\/\{id\}|connections\/\{id\}|auth\/sessions\/\{id\}|me\/(?:identities|privacy-zones)\/\{id\})/.test(
        path,
      ),
    spoil: async (call) => {
      const stranger = await createRider();
      const own = await prepare(call.name, stranger);
      await sql`update journeys set visibility = 'private' where owner_id = ${call.rider.id}`;
      return { ...call, example: { ...own.example, params: call.example.params ?? {} }, rider: stranger };
    },
  },
  'the password is wrong': {
    fits: isOneOf('createToken', 'createToken: cookies', 'changePassword', 'provePassword'),
    spoil: async (call) =>
      call.operation.id === 'createToken'
        ? withForm(call, { password: wrong })
        : withBody(call, call.name === 'provePassword' ? { password: wrong } : { current_password: wrong }),
  },
  [used]: {
    fits: isOneOf('verifyEmail', 'resetPassword', 'exchangeCode', 'linkIdentity', 'finishSignIn'),
    // Under a key of its own: the same key would be answered as the first time.
    spoil: async (call) => {
      await sendOnce(call);
      return { ...call, key: crypto.randomUUID() };
    },
  },
  'it is nobody’s': {
    fits: isOneOf('verifyEmail', 'resetPassword'),
    spoil: async (call) => withBody(call, { token: 'A'.repeat(43) }),
  },
  'the session of the refresh token is revoked': {
    fits: isOneOf('createToken: refresh'),
    spoil: bySql(({ rider }) => sql`update sessions set revoked_at = created_at where id = ${rider.sessionId}`),
  },
};

export const refusals = (names: readonly string[]): { name: string; why: string }[] =>
  Object.entries(spoils).flatMap(([why, { fits }]) =>
    names.filter((name) => fits(name, byId(name.split(':', 1).join()))).map((name) => ({ name, why })),
  );

/** A call as it would succeed but for one thing. */
export async function spoiled(name: string, why: string): Promise<Call> {
  const call = await prepared(name);
  // Who is the only admin may do less than one among others.
  if (isAdminCall(call.operation)) await makeAdmin(await createRider());
  const bad = await spoils[why]?.spoil(call);
  if (!bad) throw new Error(`no such reason: ${why}`);
  await quiet();
  return bad;
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
  return isNothing(stray) ? undefined : { kind: 'fail-open', detail: `refused, and yet ${say(stray)}` };
}
