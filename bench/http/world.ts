// The data of all servers: one rider who reads, and a rider who writes for each server.
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { configFrom } from '../../src/config.ts';
import { scopesOf } from '../../src/context.ts';
import { signAccessToken } from '../../src/lib/access-token.ts';
import { makeRefreshToken } from '../../src/lib/refresh-token.ts';
import { send } from './load.ts';

export type Rider = { token: string; refreshTokens: string[]; journeyIds: string[] };
export type Place = { workerUrl: string; databaseUrl: string; bindings: Readonly<Record<string, string>> };

const counts = { journeys: 20, markers: 20, points: 1_000 };

const limiter: RateLimit = { limit: async () => ({ success: true }) };
export const configOf = (bindings: Readonly<Record<string, string>>) =>
  configFrom({ ...bindings, LIMIT_LOGIN: limiter, LIMIT_MAIL: limiter, LIMIT_HEAVY: limiter, LIMIT_API: limiter });

/**
 * Creates a rider with journeys and with a session for each connection, so that each connection can refresh its own.
 */
async function createRider(place: Place, sessionCount: number, journeyCount: number): Promise<Rider> {
  const config = configOf(place.bindings);
  const [userId, now] = [uuidv7(), new Date()];
  const sessionIds = Array.from({ length: sessionCount }, () => uuidv7());
  const client = new Client({ connectionString: place.databaseUrl });
  await client.connect();
  await client.query(
    `insert into users (id, email, name, is_adult, privacy_zones, created_at, updated_at) values ($1, $2, 'Anna Weber', true, 'none', $3, $3)`,
    [userId, `${userId}@bench.kairos.test`, now],
  );
  await client.query(
    `insert into sessions (id, user_id, user_agent, created_at, authenticated_at, rotated_at, last_used_at, expires_at)
     select id, $2, '', $3, $3, $3, $3, $3::timestamptz + interval '400 days' from unnest($1::uuid[]) id`,
    [sessionIds, userId, now],
  );
  await client.end();

  const [sessionId = ''] = sessionIds;
  const scope = scopesOf.user.join(' ');
  const token = await signAccessToken(config, { userId, sessionId, tokenId: uuidv7(), role: 'user', scope, now });
  const rider = {
    token,
    refreshTokens: sessionIds.map((id) => makeRefreshToken(config.keys.refresh, id, 0)),
    journeyIds: Array.from({ length: journeyCount }, () => uuidv7()),
  };
  for (const id of rider.journeyIds)
    await post(place, rider, '/v1/journeys', JSON.stringify({ id, ...journeyFields }), 'application/json');
  return rider;
}

const journeyFields = {
  name: 'Danube, source to sea',
  description: 'EuroVelo 6, with the wind.',
  starts_on: '2027-06-12',
  daily_distance_m: 95_000,
};

export const markerFields = {
  name: 'Spring under the chapel',
  notes: 'Good water, room for two tents.',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [16.3738, 48.2082] },
  estimated_time: '2027-06-12T08:30:00Z',
};

async function post({ workerUrl }: Place, { token }: Rider, path: string, body: string, mediaType: string) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': mediaType };
  const { status, text } = await send(workerUrl, { method: 'POST', path, headers, body });
  if (status !== 201) throw new Error(`${path} answered ${status}: ${text}`);
}

/** Creates the reading rider. The first journey has markers and a planned line. */
export async function createReader(place: Place): Promise<Rider> {
  const reader = await createRider(place, 1, counts.journeys);
  const [id] = reader.journeyIds;
  const markers = Array.from({ length: counts.markers }, () => markerFields);
  await post(place, reader, `/v1/journeys/${id}/markers/batch`, JSON.stringify({ markers }), 'application/json');
  const points = Array.from({ length: counts.points }, (_, index) => {
    const [latitude, longitude] = [48.5 + Math.sin(index / 9) / 100, 9 + index / 300];
    return `<trkpt lat="${latitude.toFixed(6)}" lon="${longitude.toFixed(6)}"><ele>${300 + (index % 40)}</ele></trkpt>`;
  });
  const gpx = `<?xml version="1.0"?><gpx version="1.1" creator="bench" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Danube</name><trkseg>${points.join('')}</trkseg></trk></gpx>`;
  await post(place, reader, `/v1/journeys/${id}/imports?as=plan`, gpx, 'application/gpx+xml');
  return reader;
}

/** Creates a writing rider with a journey for each connection, so that no connection waits for a lock of another. */
export const createWriter = (place: Place, connections: number): Promise<Rider> =>
  createRider(place, connections, connections);
