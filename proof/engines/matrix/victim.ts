import type { Kind } from '../../../test/contract/operations/entry.ts';
import { newProfile, signInAt } from '../../../test/features/oauth/browser.ts';
import { sql } from '../../../test/support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type Rider } from '../../../test/support/factories.ts';

/** A rider with one row of each kind. */
export type Victim = { rider: Rider; ids: Readonly<Record<Kind, string>> };

/** Creates a rider with one thing of each kind, all private. */
export async function createVictim(): Promise<Victim> {
  const rider = await createRider({ name: 'Anna' });
  const { id: journey } = await createJourney(rider, { starts_on: '2027-06-01', daily_distance_m: 50_000 });
  const { json: marker } = await rider.post(`/v1/journeys/${journey}/markers`, {
    name: 'Home',
    marker_type: 'plan',
    coordinates: { type: 'Point', coordinates: [16.4, 48.2] },
  });
  await importPlan(
    rider,
    journey,
    gpxOf([
      [16.4, 48.2],
      [16.5, 48.3],
      [17.5, 48.9],
    ]),
  );
  const { json: lines } = await rider.get(`/v1/journeys/${journey}/tracks`);
  const [track] = lines.items;
  await rider.post(`/v1/journeys/${journey}/activate`);
  const { json: key } = await rider.post('/v1/api-keys', { name: 'Backup', scopes: ['journeys:read'] });
  const { json: block } = await rider.post('/v1/blocks', {
    named_by: 'email',
    email: `${crypto.randomUUID()}@kairos.test`,
  });
  const { json: report } = await rider.post('/v1/reports', {
    named_by: 'user_id',
    user_id: (await createRider()).id,
    reason: 'spam',
  });
  const { code, verifier } = await signInAt('google', newProfile());
  const { json: identity } = await rider.post('/v1/me/identities', { code, code_verifier: verifier });
  const { json: zone } = await rider.post('/v1/me/privacy-zones', {
    name: 'Home',
    coordinates: { type: 'Point', coordinates: [16.4, 48.2] },
  });
  const { json: feed } = await rider.post('/v1/calendar/feeds', { name: 'Mine' });
  const ids = {
    user: rider.id,
    journey,
    marker: marker.id,
    track: track.id,
    import: track.import_id,
    'api key': key.id,
    block: block.id,
    connection: await insertConnectionRequest(rider),
    report: report.id,
    session: rider.sessionId,
    identity: identity.id,
    'privacy zone': zone.id,
    'calendar feed': feed.id,
  };
  return { rider, ids };
}

/** Inserts a connection request from another rider to the victim. */
async function insertConnectionRequest({ id: riderId }: Rider): Promise<string> {
  const [requester, id] = [await createRider(), crypto.randomUUID()];
  await sql`insert into connections (id, requester_id, addressee_id, message, state, asked_at)
    values (${id}, ${requester.id}, ${riderId}, 'Hello', 'requested', ${new Date().toISOString()})`;
  return id;
}

type Row = Record<string, unknown>;

/** All tables except those without data of riders. */
const tables = (await sql`
  select table_name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE'
    and table_name not in ('spatial_ref_sys', 'grid_rows', 'kairos_migrations')
  order by 1`) as Row[];

/** All rows of all tables that contain an id of the victim, as text. */
export async function rowsOf({ ids }: Victim): Promise<string[]> {
  const pattern = Object.values(ids).join('|');
  const perTable = tables.map(({ table_name: table }) =>
    sql.query(`select '${table} ' || t::text as row from "${table}" t where t::text ~ $1 order by 1`, [pattern]),
  );
  const found = (await sql.transaction(perTable)) as Row[][];
  return found.flat().map(({ row }) => String(row));
}
