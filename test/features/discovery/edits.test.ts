import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWithLongDeadline } from '../../../src/db/client.ts';
import { selectDrifted } from '../../../src/features/presence/presence.repository.ts';
import { setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, type LonLat, type Rider } from '../../support/factories.ts';
import { recordTrips } from '../auth/sign-up.ts';
import { zoneAt } from '../privacy/zones.ts';
import { presenceOf } from './brute-force.ts';

const db = openWithLongDeadline({ url: env.DATABASE_URL, endpoint: env.DATABASE_ENDPOINT });
const hourMs = 3_600_000;

const hundredths = (from: number, to: number) =>
  fc.integer({ min: from * 100, max: to * 100 }).map((number) => number / 100);
const position = fc.tuple(hundredths(84, 90), hundredths(-52, -49));
/** No value is within an hour of the moments at which positions enter or leave presence. */
const hoursAgo = fc.constantFrom(1, 30, 46, 50, 24 * 10, 24 * 28, 24 * 31, 24 * 400);
const day = fc.constantFrom(
  '2027-12-30',
  '2028-02-28',
  '2028-02-29',
  '2028-03-26',
  '2028-10-29',
  '1970-01-01',
  '2199-12-31',
);

type Marker = { coordinates: LonLat; kind: 'plan' | 'past'; day: string | null; hoursAgo: number };
const marker: fc.Arbitrary<Marker> = fc.record({
  coordinates: position,
  kind: fc.constantFrom('plan', 'past'),
  day: fc.option(day, { freq: 4 }),
  hoursAgo,
});

/** The fields that say where the rider is, and when. */
const markerFields = ['coordinates', 'marker_type', 'timestamp', 'estimated_time'] as const;
type MarkerField = (typeof markerFields)[number];

type Edit =
  | { what: 'add markers'; markers: Marker[] }
  | { what: 'change a marker'; which: number; marker: Marker; fields: MarkerField[] }
  | { what: 'delete a marker'; which: number }
  | { what: 'import a plan'; points: LonLat[] }
  | { what: 'change fields'; fields: Record<string, unknown> }
  | { what: 'change the status'; to: string }
  | { what: 'set a privacy zone'; center: LonLat; radiusM: number }
  | { what: 'delete the privacy zones' };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ what: fc.constant('add markers' as const), markers: fc.array(marker, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    what: fc.constant('change a marker' as const),
    which: fc.nat(5),
    marker,
    fields: fc.subarray([...markerFields], { minLength: 1 }),
  }),
  fc.record({ what: fc.constant('delete a marker' as const), which: fc.nat(5) }),
  fc.record({
    what: fc.constant('import a plan' as const),
    points: fc.array(position, { minLength: 2, maxLength: 5 }),
  }),
  fc.record({
    what: fc.constant('change fields' as const),
    fields: fc.oneof(
      fc.record({ visibility: fc.constantFrom('private', 'discoverable', 'public') }),
      fc.record({ starts_on: fc.option(day, { freq: 4 }) }),
      fc.record({ daily_distance_m: fc.option(fc.constantFrom(20_000, 75_000, 300_000), { freq: 4 }) }),
      fc.record({ starts_on: day, daily_distance_m: fc.constant(60_000), name: fc.constant('All at once') }),
    ),
  }),
  fc.record({
    what: fc.constant('change the status' as const),
    to: fc.constantFrom('activate', 'complete', 'deactivate'),
  }),
  fc.record({
    what: fc.constant('set a privacy zone' as const),
    center: position,
    radiusM: fc.constantFrom(1_000, 20_000),
  }),
  fc.record({ what: fc.constant('delete the privacy zones' as const) }),
);

const bodyOf = ({ coordinates, kind, day: onDay, hoursAgo: hours }: Marker) => ({
  name: 'Here',
  marker_type: kind,
  coordinates: { type: 'Point', coordinates },
  timestamp: kind === 'past' ? new Date(Date.now() - hours * hourMs).toISOString() : null,
  estimated_time: kind === 'plan' && onDay ? `${onDay}T23:30:00Z` : null,
});

/** The status of the response. */
async function apply(rider: Rider, path: string, change: Edit): Promise<number> {
  const markers = async (which: number): Promise<string | undefined> => {
    const { json } = await rider.get(`${path}/markers`);
    return json.items[which % Math.max(1, json.items.length)]?.id;
  };
  switch (change.what) {
    case 'add markers':
      return (await rider.post(`${path}/markers/batch`, { markers: change.markers.map(bodyOf) })).status;
    case 'change a marker': {
      const id = await markers(change.which);
      const body = bodyOf(change.marker);
      const some = Object.fromEntries(change.fields.map((field) => [field, body[field]]));
      return id ? (await rider.patch(`${path}/markers/${id}`, some)).status : 200;
    }
    case 'delete a marker': {
      const id = await markers(change.which);
      return id ? (await rider.delete(`${path}/markers/${id}`)).status : 200;
    }
    case 'import a plan':
      return (
        await rider.post(`${path}/imports?as=plan`, gpxOf(change.points), {
          headers: { 'Content-Type': 'application/gpx+xml' },
        })
      ).status;
    case 'change fields':
      return (await rider.patch(path, change.fields)).status;
    case 'change the status':
      return (await rider.post(`${path}/${change.to}`)).status;
    case 'set a privacy zone':
      return (await rider.post('/v1/me/privacy-zones', zoneAt(change.center, { radius_m: change.radiusM }))).status;
    case 'delete the privacy zones': {
      const { json } = await rider.get('/v1/me/privacy-zones');
      for (const { id } of json.items) await rider.delete(`/v1/me/privacy-zones/${id}`);
      return 200;
    }
  }
}

/**
 * The search radii for which journey_reach differs from a new computation by presence_reach, and the cached rows of
 * presence_reaches that belong to an older presence. Both must be empty.
 */
const wrongReaches = (journeyId: string) => sql`
  with own as (
    select j.no, (select array_agg(cell) from presence_cells where journey_id = j.id) as cells,
      bucket_span(j.no) as span,
      (select array_agg(bucket - case when bucket < 0 then 0 else bucket % bucket_span(j.no) end)
        from presence_cells where journey_id = j.id) as buckets
    from journeys j where j.id = ${journeyId}
  ), looked_within as (
    select m as reach_m, o.cells, o.buckets, r.blocks, r.buckets as near_buckets, r.cells as near_cells
    from own o, unnest('{25000, 50000, 100000}'::float8[]) m, journey_reach(o.no, m, presence_mark(o.no), o.span) r
  )
  select l.reach_m from looked_within l
  where exists (
    select from unnest(l.blocks, l.near_buckets, l.near_cells) n (block, bucket, cells)
    full join presence_reach(l.cells, l.buckets, l.reach_m) w on w.block = n.block and w.bucket = n.bucket
    where n.cells is distinct from w.cells)
  union all
  select r.reach_m from presence_reaches r join journeys j on j.no = r.journey_no
  where j.id = ${journeyId} and r.presence_mark is distinct from presence_mark(j.no)`;

test('any sequence of edits leaves the same presence and reaches as a journey made from scratch', {
  timeout: 240_000,
}, async () => {
  // The nightly hour may not come between an edit and the check of it.
  setTime(new Date());
  const [answered, seen] = [new Map<string, number>(), { rows: 0, empty: 0, searches: 0 }];
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 4, maxLength: 14 }), async (edits) => {
      const rider = await createRider();
      const { id } = await createJourney(rider, {
        visibility: 'discoverable',
        starts_on: '2028-02-20',
        daily_distance_m: 50_000,
      });
      for (const change of edits) {
        const status = await apply(rider, `/v1/journeys/${id}`, change);
        expect(status, JSON.stringify(change)).toBeLessThan(500);
        if (status < 300) answered.set(change.what, (answered.get(change.what) ?? 0) + 1);
        const { rows } = await selectDrifted(db, [id], new Date());
        expect(rows, JSON.stringify(change)).toEqual([]);
        const stale =
          await sql`select from tracks t join journeys j on j.id = t.journey_id join users u on u.id = j.owner_id
          where j.id = ${id} and j.visibility <> 'private' and t.zones_revision is distinct from u.zones_revision`;
        expect(stale, JSON.stringify(change)).toEqual([]);
        expect(await wrongReaches(id), JSON.stringify(change)).toEqual([]);
        if ((await rider.get(`/v1/journeys/${id}/nearby`)).status === 200) seen.searches += 1;
        const present = await presenceOf(id);
        if (present.length > 0) seen.rows += 1;
        else seen.empty += 1;
      }
      const [journey] = await sql`select no from journeys where id = ${id}`;
      await rider.delete(`/v1/journeys/${id}`);
      expect(await sql`select from presence where journey_no = ${journey?.no}`).toEqual([]);
    }),
    { numRuns: 20, endOnFailure: true },
  );
  expect(answered.size, 'each kind of edit went through').toBe(8);
  expect(Math.min(seen.rows, seen.empty, seen.searches)).toBeGreaterThan(5);
});

test('changes of names and notes touch neither presence nor published lines', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'discoverable' });
  const path = `/v1/journeys/${id}`;
  const here = { name: 'Here', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [85, -51] } };
  const marker = (await rider.post(`${path}/markers`, here)).json;
  const touches = async (on: string, fields: Record<string, unknown>): Promise<boolean> => {
    const trips = await recordTrips(async () => expect((await rider.patch(on, fields)).status).toBe(200));
    return /publish_journeys|refresh_presence/.test(JSON.stringify(trips));
  };
  const markerPath = `${path}/markers/${marker.id}`;
  expect(await touches(path, { name: 'Otherwise', description: 'Said' })).toBe(false);
  expect(await touches(markerPath, { name: 'There', notes: 'Water' })).toBe(false);
  expect(await touches(path, { name: 'Otherwise', starts_on: '2028-03-01' })).toBe(true);
  expect(await touches(markerPath, { notes: 'Dry', estimated_time: '2028-03-01T12:00:00Z' })).toBe(true);
  expect(await touches(markerPath, { marker_type: 'past' })).toBe(true);
  expect(await touches(markerPath, { timestamp: new Date(Date.now() - 72 * hourMs).toISOString() })).toBe(true);
});
