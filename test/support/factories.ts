import { v7 as uuidv7 } from 'uuid';
import { type Role, scopesOf } from '../../src/context.ts';
import { signAccessToken } from '../../src/lib/access-token.ts';
import { makeRefreshToken } from '../../src/lib/refresh-token.ts';
import { type Client, clientWith, config } from './app.ts';
import { sql } from './db.ts';

/** The password of all test riders, with its argon2id hash, so that a test without a login computes no hash. */
export const riderPassword = 'gravel and rain 1987';
const riderPasswordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Eg9jFJLLb4578IDlkWXzyA$VzpHnYY+J2IyzL9QqbqDj1HVTor3NZgyGWZUQEXhANo';

export type Rider = Client & {
  id: string;
  sessionId: string;
  email: string;
  name: string;
  token: string;
  refreshToken: string;
};

type RiderOptions = {
  name?: string;
  adult?: boolean;
  createdAt?: Date;
  username?: string;
  privacyZones?: 'undecided' | 'none';
};

/**
 * Creates a verified rider with a session, who needs no privacy zone and whose account is old enough to discover
 * others. The session has an empty user agent, as requests of `call` have.
 */
export async function createRider(options: RiderOptions = {}): Promise<Rider> {
  const now = new Date();
  const [id, sessionId] = [uuidv7(), uuidv7()];
  const {
    name = 'Test Rider',
    adult = true,
    createdAt = new Date(now.getTime() - 30 * 86_400_000),
    username = null,
    privacyZones = 'none',
  } = options;
  const email = `${id}@kairos.test`;
  await sql.transaction([
    sql`insert into users (id, email, username, name, password_hash, is_adult, privacy_zones, created_at, updated_at)
      values (${id}, ${email}, ${username}, ${name}, ${riderPasswordHash}, ${adult}, ${privacyZones}, ${createdAt.toISOString()}, ${createdAt.toISOString()})`,
    sessionInsert(id, sessionId, now),
  ]);
  return { id, sessionId, email, name, ...(await credentialsOf(id, sessionId, now)) };
}

const sessionInsert = (userId: string, sessionId: string, now: Date) => {
  const at = now.toISOString();
  const expiresAt = new Date(now.getTime() + 400 * 86_400_000).toISOString();
  return sql`insert into sessions (id, user_id, user_agent, created_at, authenticated_at, rotated_at, last_used_at, expires_at)
    values (${sessionId}, ${userId}, '', ${at}, ${at}, ${at}, ${at}, ${expiresAt})`;
};

const tokenOf = (userId: string, sessionId: string, now: Date, role: Role): Promise<string> =>
  signAccessToken(config, { userId, sessionId, tokenId: uuidv7(), role, scope: scopesOf[role].join(' '), now });

async function credentialsOf(userId: string, sessionId: string, now: Date) {
  const token = await tokenOf(userId, sessionId, now, 'user');
  return { token, refreshToken: makeRefreshToken(config.keys.refresh, sessionId, 0), ...clientWith(token) };
}

/** Creates a journey through the API. */
export async function createJourney(rider: Rider, fields: Record<string, unknown> = {}): Promise<{ id: string }> {
  const { status, json, text } = await rider.post('/v1/journeys', { name: 'A journey', ...fields });
  if (status !== 201) throw new Error(`the journey was not created: ${text}`);
  return json;
}

export type LonLat = readonly [longitude: number, latitude: number];

/** A GPX file with one track through the points. */
export const gpxOf = (points: readonly LonLat[]): string =>
  `<?xml version="1.0"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Line</name><trkseg>${points
    .map(([longitude, latitude]) => `<trkpt lat="${latitude}" lon="${longitude}"><ele>100</ele></trkpt>`)
    .join('')}</trkseg></trk></gpx>`;

export async function importPlan(rider: Rider, journeyId: string, gpx: string): Promise<void> {
  const { status, text } = await rider.post(`/v1/journeys/${journeyId}/imports?as=plan`, gpx, {
    headers: { 'Content-Type': 'application/gpx+xml' },
  });
  if (status !== 201) throw new Error(`the plan was not imported: ${text}`);
}

/** Makes a rider an admin. Their existing token still has the role of a user. */
export async function makeAdmin({ id }: Pick<Rider, 'id'>): Promise<void> {
  await sql`update users set role = 'admin' where id = ${id}`;
}

/** The access token that the next refresh would give, with the current role of the rider. */
export async function freshToken({ id, sessionId }: Pick<Rider, 'id' | 'sessionId'>): Promise<string> {
  const [row] = await sql`select role from users where id = ${id}`;
  return await tokenOf(id, sessionId, new Date(), row?.role ?? 'user');
}
