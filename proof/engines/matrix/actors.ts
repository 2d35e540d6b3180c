import { v7 as uuidv7 } from 'uuid';
import { scopesOf } from '../../../src/context.ts';
import { signAccessToken } from '../../../src/lib/access-token.ts';
import { call, config, requestToken } from '../../../test/support/app.ts';
import { sql } from '../../../test/support/db.ts';
import { createRider, makeAdmin, type Rider, riderPassword } from '../../../test/support/factories.ts';

/** All kinds of callers. */
export const actorNames = [
  'none',
  'unverified',
  'guest',
  'other',
  'key',
  'narrow key',
  'revoked',
  'disabled',
  'expired',
  'admin',
] as const;
export type ActorName = (typeof actorNames)[number];

/** `rider` owns the credential, if the actor has one. */
export type Actor = { name: ActorName; token?: string | undefined; rider?: Rider };

/** Actors without a valid credential. */
export const shutOut: readonly ActorName[] = ['none', 'unverified', 'revoked', 'disabled', 'expired'];

/** The scopes of the other actors. API keys have exactly these. */
export const scopesOfActor: Readonly<Partial<Record<ActorName, readonly string[]>>> = {
  guest: scopesOf.guest,
  other: scopesOf.user,
  key: ['profile:read', 'profile:write', 'journeys:read', 'journeys:write', 'discovery:read'],
  'narrow key': ['journeys:read'],
  admin: scopesOf.admin,
};

const now = (): string => new Date().toISOString();

async function expiredTokenOf({ id, sessionId }: Rider): Promise<string> {
  const anHourAgo = new Date(Date.now() - 60 * 60_000);
  const scope = scopesOf.user.join(' ');
  return signAccessToken(config, { userId: id, sessionId, tokenId: uuidv7(), role: 'user', scope, now: anHourAgo });
}

/** Registers without verifying the address, and checks that a login fails. */
async function tryUnverified(): Promise<void> {
  const email = `${crypto.randomUUID()}@kairos.test`;
  await call('POST', '/v1/auth/register', { body: { email, password: riderPassword, name: 'Nobody yet' } });
  const { status, text } = await requestToken({ grant_type: 'password', username: email, password: riderPassword });
  if (status !== 400) throw new Error(`an unverified account logged in: ${text}`);
}

async function keyOf(rider: Rider, scopes: readonly string[] = []): Promise<string> {
  const { json, text } = await rider.post('/v1/api-keys', { name: 'Script', scopes });
  if (!json?.token) throw new Error(`no key: ${text}`);
  return json.token;
}

const makers: Readonly<Record<ActorName, () => Promise<Omit<Actor, 'name'>>>> = {
  none: async () => ({}),
  unverified: async () => {
    await tryUnverified();
    return {};
  },
  async guest() {
    const rider = await createRider();
    await sql`update users set role = 'guest' where id = ${rider.id}`;
    return { rider, token: rider.token };
  },
  async other() {
    const rider = await createRider();
    return { rider, token: rider.token };
  },
  async key() {
    const rider = await createRider();
    return { rider, token: await keyOf(rider, scopesOfActor.key) };
  },
  async 'narrow key'() {
    const rider = await createRider();
    return { rider, token: await keyOf(rider, scopesOfActor['narrow key']) };
  },
  async revoked() {
    const rider = await createRider();
    await sql`update sessions set revoked_at = ${now()} where id = ${rider.sessionId}`;
    return { rider, token: rider.token };
  },
  async disabled() {
    const rider = await createRider();
    await sql`update users set disabled_at = ${now()} where id = ${rider.id}`;
    return { rider, token: rider.token };
  },
  async expired() {
    const rider = await createRider();
    return { rider, token: await expiredTokenOf(rider) };
  },
  async admin() {
    const rider = await createRider();
    await makeAdmin(rider);
    return { rider, token: rider.token };
  },
};

/** Other actors than the shut-out ones may change themselves, so each call needs a new one. */
export const createActor = async (name: ActorName): Promise<Actor> => ({ name, ...(await makers[name]()) });
