import { type Role, scopesOf } from '../../../../src/context.ts';
import { signAccessToken } from '../../../../src/lib/access-token.ts';
import { config } from '../../../../test/support/app.ts';
import { clock, inBoth, same } from './twins.ts';

/** An account that is the same in both worlds, with a session. */
export type Rider = { id: string; sessionId: string; role: Role; token: () => Promise<string> };

type Options = { name?: string; isAdult?: boolean; role?: Role; ridersNear?: 'never' | 'weekly' };

const dayMs = 86_400_000;
const tokenLifeMs = 14 * 60_000;

/** The caller makes the ids, so that a run can be repeated. */
export async function createRider(newId: () => string, options: Options = {}): Promise<Rider> {
  const { name = 'Somebody', isAdult = true, role = 'user', ridersNear = 'never' } = options;
  const [id, sessionId] = [newId(), newId()];
  const at = new Date(clock.nowMs).toISOString();
  const joinedAt = new Date(clock.nowMs - 60 * dayMs).toISOString();
  const expiresAt = new Date(clock.nowMs + 400 * dayMs).toISOString();
  const user = [id, addressOf(id), name, String(isAdult), role, joinedAt, ridersNear, at];
  await inBoth(
    `insert into users (id, email, name, is_adult, role, privacy_zones, created_at, updated_at, riders_near, next_digest_at)
      values ($1, $2, $3, $4, $5, 'none', $6, $6, $7, $8)`,
    same(user),
  );
  await inBoth(
    `insert into sessions (id, user_id, user_agent, created_at, authenticated_at, rotated_at, last_used_at, expires_at)
      values ($1, $2, '', $3, $3, $3, $3, $4)`,
    same([sessionId, id, at, expiresAt]),
  );

  let [token, signedMs] = ['', Number.NEGATIVE_INFINITY];
  return {
    id,
    sessionId,
    role,
    async token() {
      if (clock.nowMs - signedMs > tokenLifeMs) {
        const [now, scope] = [new Date(clock.nowMs), scopesOf[role].join(' ')];
        token = await signAccessToken(config, { userId: id, sessionId, tokenId: id, role, scope, now });
        signedMs = clock.nowMs;
      }
      return token;
    },
  };
}

export const addressOf = (id: string): string => `${id}@kairos.test`;

export async function deleteRiders(riders: readonly Rider[]): Promise<void> {
  await inBoth('delete from users where id = any($1::uuid[])', same([`{${riders.map(({ id }) => id).join()}}`]));
}
