import { neonConfig } from '@neondatabase/serverless';
import { describe, expect, test } from 'vitest';
import { call, requestToken } from '../../support/app.ts';
import { advance, setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type Rider, riderPassword } from '../../support/factories.ts';
import { mailTo } from '../../support/mailer.ts';
import { gpx, importFile, parallel, track } from '../tracks/lines.ts';

/** Tables that hold nothing of riders, or are meant to outlive them. `former-ids.test.ts` looks into `former_journey_ids`. */
const keptTables = [
  'audit',
  'crowds',
  'former_journey_ids',
  'grid_rows',
  'kairos_migrations',
  'oauth_states',
  'spatial_ref_sys',
  'suppressions',
];

/** Long lines of other tests take long to write as text, and hold no id and no address. */
const longTypes = ['geometry', 'geography', '_float8', '_timestamptz', '_int4', '_int2', '_float4'];

async function tablesHolding(canaries: readonly string[]): Promise<string[]> {
  const tables = await sql`
    select table_name, string_agg(format('%I::text', column_name), ', ') as texts from information_schema.columns
    where table_schema = 'public' and table_name in (select tablename from pg_tables where schemaname = 'public')
      and table_name <> all(${keptTables}) and udt_name <> all(${longTypes})
    group by 1 order by 1`;
  const holding: string[] = [];
  for (const { table_name, texts } of tables) {
    const rows = await sql.query(
      `select 1 from "${table_name}" where exists (
        select from unnest($1::text[]) c where concat_ws(' ', ${texts}) like '%' || c || '%') limit 1`,
      [canaries],
    );
    if (rows.length > 0) holding.push(table_name);
  }
  return holding;
}

const ride = gpx(track([parallel(5, [61, 12, 100, '2026-05-01T08:00:00Z'])])).replaceAll(
  '</trkpt>',
  '<extensions><TrackPointExtension><hr>120</hr></TrackPointExtension></extensions></trkpt>',
);

/** A rider with rows in many tables. */
async function createRiderWithRows(): Promise<{ rider: Rider; journeyId: string; rideId: string }> {
  const rider = await createRider();
  const schedule = { visibility: 'public', starts_on: '2027-06-01', daily_distance_m: 80_000 };
  const { id: journeyId } = await createJourney(rider, schedule);
  await importPlan(rider, journeyId, gpxOf(Array.from({ length: 50 }, (_, n) => [61 + n / 20, 12])));
  const coordinates = { type: 'Point', coordinates: [61, 12] };
  await rider.post(`/v1/journeys/${journeyId}/markers`, { name: 'Camp', marker_type: 'plan', coordinates });
  const again = { headers: { 'Idempotency-Key': crypto.randomUUID() } };
  await rider.post('/v1/api-keys', { name: 'Key', scopes: ['profile:read'] }, again);
  const { json: feed } = await rider.post('/v1/calendar/feeds', { name: 'Journeys', journey_id: journeyId });
  await call('GET', new URL(feed.url).pathname);
  await rider.post('/v1/me/privacy-zones', { name: 'Home', coordinates: { type: 'Point', coordinates: [1, 2] } });
  await call('POST', '/v1/auth/password/forgot', { body: { email: rider.email } });
  await requestToken({ grant_type: 'password', username: rider.email, password: 'wrong password' });
  await sql`insert into registrations (id, email, name, password_hash, token_hash, created_at, expires_at)
    values (gen_random_uuid(), ${rider.email}, 'Again', 'x', decode(md5(${rider.id}), 'hex'), now(), now() + interval '1 day')`;
  await rider.put('/v1/me/consents/heart_rate', { statement_version: 1 });
  await importFile(rider, journeyId, ride, 'past');
  const [row] = await sql`select id from tracks where journey_id = ${journeyId} and kind = 'past'`;
  return { rider, journeyId, rideId: row?.id };
}

/**
 * Makes the batch that deletes a user fail before the statement at this position. The returned object receives the
 * number of statements in the batch.
 */
function breakDeletionAt(position: number): { statements: number } {
  const seen = { statements: 0 };
  neonConfig.fetchFunction = (url: string, init: RequestInit) => {
    const sent: { queries?: { query: string; params: unknown[] }[] } = JSON.parse(String(init.body));
    if (!sent.queries?.some(({ query }) => query.startsWith('delete from "users"'))) return fetch(url, init);
    seen.statements = sent.queries.length;
    sent.queries.splice(position, 0, { query: 'select 1 / 0', params: [] });
    return fetch(url, { ...init, body: JSON.stringify(sent) });
  };
  return seen;
}

describe('account deletion', () => {
  test('deleting an account removes its rows from every table but the audit in one change [Q1]', async () => {
    const { rider, journeyId, rideId } = await createRiderWithRows();
    const canaries = [rider.id, rider.email, journeyId, rideId];
    expect(await tablesHolding(canaries)).toEqual([
      'api_keys',
      'attempts',
      'calendar_days',
      'calendar_feeds',
      'consents',
      'daily_counts',
      'health_keys',
      'idempotency_keys',
      'imports',
      'journey_sizes',
      'journeys',
      'markers',
      'password_resets',
      'privacy_zones',
      'publications',
      'published_plans',
      'registrations',
      'sessions',
      'track_sensors',
      'tracks',
      'users',
    ]);
    // These tables refer to journeys by number, so tablesHolding cannot find their rows.
    const [journey] = await sql`select no from journeys where id = ${journeyId}`;
    await sql`insert into former_places select journey_no, place, visits, 0, now() from presence where journey_no = ${journey?.no}`;
    const presence = () =>
      sql`select from presence join former_places using (journey_no) where journey_no = ${journey?.no}`;
    expect(await presence()).not.toEqual([]);
    expect((await rider.delete('/v1/me')).status).toBe(204);
    expect(await tablesHolding(canaries)).toEqual([]);
    expect(await presence()).toEqual([]);
    expect((await mailTo(rider.email)).subject).toBe('Your account is deleted');
    const [entry] = await sql`select actor_id from audit where subject_id = ${rider.id} and action = 'users.delete'`;
    expect(entry?.actor_id).toBe(rider.id);
  });

  test('the deletion test names every table of the schema [Q1]', async () => {
    const tables = await sql`select tablename from pg_tables where schemaname = 'public' order by 1`;
    const withRiders = [
      'api_keys',
      'attempts',
      'blocks',
      'calendar_days',
      'calendar_feeds',
      'connections',
      'consents',
      'daily_counts',
      'disclosures',
      'former_places',
      'former_usernames',
      'health_keys',
      'idempotency_keys',
      'identities',
      'imports',
      'journey_sizes',
      'journeys',
      'markers',
      'notifications',
      'oauth_codes',
      'outbox',
      'password_resets',
      'presence',
      'presence_reaches',
      'privacy_zones',
      'publications',
      'published_plans',
      'registrations',
      'reports',
    ];
    const known = [
      ...keptTables,
      ...withRiders,
      'sessions',
      'digest_encounters',
      'track_sensors',
      'tracks',
      'users',
      'viewings',
    ];
    expect(tables.map(({ tablename }) => tablename)).toEqual(known.sort());
  });

  test('a deletion that fails at any statement changes nothing and can be repeated [Q3]', async () => {
    const { rider, journeyId, rideId } = await createRiderWithRows();
    const canaries = [rider.id, rider.email, journeyId, rideId];
    const before = await tablesHolding(canaries);
    for (let position = 0, count = 1; position <= count; position += 1) {
      const seen = breakDeletionAt(position);
      expect((await rider.delete('/v1/me')).status).toBe(500);
      neonConfig.fetchFunction = undefined;
      count = seen.statements;
      expect(count).toBeGreaterThan(5);
      expect(await tablesHolding(canaries)).toEqual(before);
      expect(await sql`select from audit where subject_id = ${rider.id} and action = 'users.delete'`).toEqual([]);
    }
    expect((await rider.delete('/v1/me')).status).toBe(204);
    expect(await tablesHolding(canaries)).toEqual([]);
  });

  test('every token of a deleted account is refused, and its address can sign up again [Q4, C14]', async () => {
    const rider = await createRider();
    await rider.delete('/v1/me');
    expect((await rider.get('/v1/me')).status).toBe(401);
    expect((await rider.post('/v1/journeys', { name: 'Ghost' })).status).toBe(401);
    expect((await requestToken({ grant_type: 'refresh_token', refresh_token: rider.refreshToken })).status).toBe(400);
    const again = { email: rider.email, password: riderPassword, name: 'Again' };
    expect((await call('POST', '/v1/auth/register', { body: again })).status).toBe(202);
    expect((await mailTo(rider.email, 2)).subject).toContain('Verify');
  });

  test('account deletion needs a login, or a confirmed password, within the last ten minutes', async () => {
    setTime(new Date());
    const { json } = await (async () => {
      const rider = await createRider();
      return requestToken({ grant_type: 'password', username: rider.email, password: riderPassword });
    })();
    const options = { token: json.access_token };
    advance(11, 'minutes');
    const refused = await call('DELETE', '/v1/me', options);
    expect([refused.status, refused.json.code]).toEqual([401, 'auth.reauthentication_required']);
    await call('POST', '/v1/auth/reauthenticate', { ...options, body: { password: riderPassword } });
    expect((await call('DELETE', '/v1/me', options)).status).toBe(204);
  });

  test('twenty writes during a deletion leave no orphaned rows and cause no 500 [Q2, S11]', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 5; round += 1) {
      const rider = await createRider();
      const writes = Array.from({ length: 20 }, (_, n) => rider.post('/v1/journeys', { name: `Race ${n}` }));
      const [removed, ...answers] = await Promise.all([rider.delete('/v1/me'), ...writes]);
      expect(removed?.status).toBe(204);
      for (const { status } of answers) expect([201, 401]).toContain(status);
      expect(await tablesHolding([rider.id])).toEqual([]);
    }
  });

  test('password reset requests during a deletion leave no orphaned rows [Q2]', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 20; round += 1) {
      const rider = await createRider();
      const ask = () => call('POST', '/v1/auth/password/forgot', { body: { email: rider.email } });
      const [removed, ...answers] = await Promise.all([rider.delete('/v1/me'), ask(), ask(), ask()]);
      expect(removed?.status).toBe(204);
      for (const { status } of answers) expect(status).toBe(202);
      expect(await tablesHolding([rider.id])).toEqual([]);
    }
  });
});

test("a rider's own audit shows their events, newest first, and nothing of others [I25]", async () => {
  const [anna, ben] = [await createRider(), await createRider()];
  await requestToken({ grant_type: 'password', username: anna.email, password: 'wrong password' });
  await requestToken({ grant_type: 'password', username: anna.email, password: riderPassword });
  await anna.post('/v1/auth/reauthenticate', { password: riderPassword });
  const { status, json, text } = await anna.get('/v1/me/audit');
  expect(status, text).toBe(200);
  const actions = json.items.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(['auth.reauthenticated', 'auth.login', 'auth.login_failed']);
  expect((await ben.get('/v1/me/audit')).json.items).toEqual([]);

  const first = await anna.get('/v1/me/audit?limit=2');
  const rest = await anna.get(`/v1/me/audit?limit=2&cursor=${first.json.next_cursor}`);
  expect([first.json.items.length, rest.json.items.length, rest.json.next_cursor]).toEqual([2, 1, null]);
  expect((await ben.get(`/v1/me/audit?cursor=${first.json.next_cursor}`)).status).toBe(400);
});
