import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { calmJourneyId, dayS, plan, road } from '../discovery/calm-plan.ts';
import { type Fix, gpx, importFile, track } from '../tracks/lines.ts';

const pathOf = (id: string) => `/v1/journeys/${id}/publications`;
const listed = async (rider: Rider, id: string) => (await rider.get(pathOf(id))).json.items;

/** What was published after the first `known` publications, the oldest first. */
const since = async (rider: Rider, id: string, known: number) => (await listed(rider, id)).toReversed().slice(known);

const nothing = {
  visibility: null,
  first_at: null,
  last_at: null,
  daily_distance_m: null,
  camps: null,
  line_id: null,
  shown_at: null,
};

test('publishing a plan is recorded with what others may learn of its days, and a private journey records nothing', async () => {
  const rider = await createRider();
  const hidden = await plan(rider, { visibility: 'private' });
  expect(await listed(rider, hidden)).toEqual([]);

  const id = await plan(rider);
  const [planned, visible] = await listed(rider, id);
  expect(visible).toEqual({
    ...nothing,
    number: 1,
    outlet: 'visibility',
    published_at: expect.any(String),
    visibility: 'public',
  });
  const [kept] = await sql`select first_at, pace_m from published_plans where journey_id = ${id}`;
  const first = new Date(kept?.first_at);
  expect(planned).toEqual({
    ...nothing,
    number: 2,
    outlet: 'plan',
    published_at: expect.any(String),
    first_at: first.toISOString(),
    last_at: expect.any(String),
    daily_distance_m: Math.round(kept?.pace_m),
    camps: 0,
  });
  const days = (Date.parse(planned.last_at) - first.getTime()) / dayS / 1_000;
  expect(days).toBeGreaterThan((0.9 * 1_300_000) / kept?.pace_m);
  expect(days).toBeLessThan((1.01 * 1_320_000) / kept?.pace_m);
});

test('a change of a plan is recorded only if it changes what others see', async () => {
  const rider = await createRider();
  const id = await plan(rider);
  const path = `/v1/journeys/${id}`;
  for (const fields of [
    { starts_on: '2029-05-03' },
    { daily_distance_m: 88_000 },
    { starts_on: null },
    { name: 'New' },
  ])
    await rider.patch(path, fields);
  expect(await since(rider, id, 2)).toEqual([]);

  await rider.patch(path, { starts_on: '2029-06-20', daily_distance_m: 80_000 });
  const [redrawn, ...rest] = await since(rider, id, 2);
  expect(rest).toEqual([]);
  expect(redrawn.outlet).toBe('plan');
  expect(Math.abs(Date.parse(redrawn.first_at) - Date.parse('2029-06-20'))).toBeLessThanOrEqual(4 * dayS * 1_000);

  await importPlan(rider, id, gpxOf(Array.from({ length: 100 }, (_, n): LonLat => [90 + n / 15, 45])));
  const [longer] = await since(rider, id, 3);
  expect(longer).toMatchObject({ outlet: 'plan', first_at: redrawn.first_at });
  expect(Date.parse(longer.last_at)).toBeGreaterThan(Date.parse(redrawn.last_at));
});

test('hiding a journey and showing it again records its visibility, and not the same plan again', async () => {
  const rider = await createRider();
  const id = await plan(rider, { visibility: 'discoverable' });
  for (const visibility of ['private', 'private', 'public', 'public'])
    await rider.patch(`/v1/journeys/${id}`, { visibility });
  expect((await since(rider, id, 2)).map(({ visibility }: { visibility: string }) => visibility)).toEqual([
    'private',
    'public',
  ]);
});

test('each planned marker with a new day is recorded as a camp, and one that moves a little is not', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'public', id: calmJourneyId(rider) });
  const camp = (day: number, at = day) => ({
    name: 'Camp',
    marker_type: 'plan',
    coordinates: { type: 'Point', coordinates: [60 + day, 45] },
    estimated_time: new Date(Date.UTC(2029, 4, 1 + at, 12)).toISOString(),
  });
  const { json } = await rider.post(`/v1/journeys/${id}/markers/batch`, { markers: [camp(0), camp(2)] });
  await rider.post(`/v1/journeys/${id}/markers`, camp(4));
  const { estimated_time } = camp(0, 1);
  await rider.patch(`/v1/journeys/${id}/markers/${json.items[0].id}`, { estimated_time });
  expect(await since(rider, id, 1)).toMatchObject([
    { outlet: 'plan', camps: 2, daily_distance_m: null, first_at: expect.any(String) },
    { outlet: 'plan', camps: 3, daily_distance_m: null },
  ]);
});

const ridden = (at: Date): Fix[] =>
  Array.from({ length: 201 }, (_, n) => [10 + n / 75, 47.3, 100, new Date(at.getTime() + n * 180_000).toISOString()]);

test('a ridden line is recorded with its hours and from when others see it, and again when the delay changes', async () => {
  setTime(new Date());
  const now = new Date();
  const [rider, before] = [await createRider(), new Date(now.getTime() - 3 * dayS * 1_000)];
  const hours = (count: number) => new Date(now.getTime() + count * 3_600_000).toISOString();
  const { id } = await createJourney(rider, { visibility: 'private', delay_h: 24 });
  await importFile(rider, id, gpx(track([ridden(before)])), 'past');
  expect(await listed(rider, id)).toEqual([]);

  await rider.patch(`/v1/journeys/${id}`, { visibility: 'discoverable' });
  const [line] = (await rider.get(`/v1/journeys/${id}/route?as=past`)).json.features;
  const [ride] = await since(rider, id, 1);
  expect(ride).toMatchObject({ outlet: 'ride', line_id: line.id, shown_at: hours(24), daily_distance_m: null });
  expect(Date.parse(ride.first_at)).toBeGreaterThanOrEqual(before.getTime());
  expect(Date.parse(ride.last_at)).toBeLessThanOrEqual(before.getTime() + 200 * 180_000);
  expect(Date.parse(ride.last_at) - Date.parse(ride.first_at)).toBeGreaterThan(6 * 3_600_000);

  for (const delay_h of [24, 48, 24]) await rider.patch(`/v1/journeys/${id}`, { delay_h });
  const later = (await since(rider, id, 2)).map(({ shown_at }: { shown_at: string }) => shown_at);
  expect(later).toEqual([hours(48), hours(24)]);
});

test('the ledger is read page by page, by its owner alone, and keeps the newest 1,000', async () => {
  const [rider, stranger] = [await createRider(), await createRider()];
  const { id } = await createJourney(rider, { visibility: 'public' });
  await sql`insert into publications (journey_id, number, owner_id, outlet, published_at)
    select ${id}, n, ${rider.id}, 'plan', now() from generate_series(2, 1100) n`;
  await rider.patch(`/v1/journeys/${id}`, { visibility: 'private' });
  const numbers: number[] = [];
  for (let cursor = ''; numbers.length < 2_000; ) {
    const { json } = await rider.get(`${pathOf(id)}?limit=100${cursor && `&cursor=${cursor}`}`);
    numbers.push(...json.items.map(({ number }: { number: number }) => number));
    cursor = json.next_cursor;
    if (!cursor) break;
  }
  expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, n) => 1_101 - n));

  const absent = await stranger.get(pathOf(crypto.randomUUID()));
  const refused = await stranger.get(pathOf(id));
  expect([refused.status, refused.json.code]).toEqual([404, absent.json.code]);
  await rider.delete(`/v1/journeys/${id}`);
  expect((await stranger.get(pathOf(id))).status).toBe(404);
});

test('the ledger outlives its journey until 30 days after the last published day, and ends with the account', async () => {
  const rider = await createRider();
  const [kept, deleted] = [await plan(rider), await plan(rider, { starts_on: '2029-09-01' }, road.toReversed())];
  await rider.delete(`/v1/journeys/${deleted}`);
  expect(await listed(rider, deleted)).toMatchObject([{ outlet: 'plan' }, { outlet: 'visibility' }]);
  const nightly = async (day: string) => {
    await runScheduled('17 3 * * *', env, { now: () => new Date(day), newId: () => crypto.randomUUID() });
    return (await rider.get(pathOf(deleted))).status;
  };
  expect(await nightly('2029-09-20T03:17:00Z')).toBe(200);
  expect(await nightly('2030-01-20T03:17:00Z')).toBe(404);
  expect(await listed(rider, kept)).toHaveLength(2);

  const ledger = () => sql`select from publications where owner_id = ${rider.id}`;
  await rider.delete(`/v1/journeys/${kept}`);
  expect(await ledger()).toHaveLength(2);
  await rider.delete('/v1/me');
  expect(await ledger()).toEqual([]);
});

test('the ledger of a deleted journey of a far year ends 400 days after the deletion', async () => {
  const rider = await createRider();
  const id = await plan(rider, { starts_on: '2060-05-01' });
  await rider.delete(`/v1/journeys/${id}`);
  const deletedAt = Date.now();
  const daysLater = async (days: number) => {
    const now = new Date(deletedAt + days * 86_400_000);
    for (const cron of ['7 * * * *', '17 3 * * *'])
      await runScheduled(cron, env, { now: () => now, newId: () => crypto.randomUUID() });
    return (await sql`select from publications where journey_id = ${id}`).length;
  };
  expect([await daysLater(1), await daysLater(399), await daysLater(402)]).toEqual([2, 2, 0]);
});
