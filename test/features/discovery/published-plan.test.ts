import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type LonLat } from '../../support/factories.ts';
import { presenceOf } from './brute-force.ts';
import { calmJourneyId, dayS, plan, road } from './calm-plan.ts';

const paceOf = async (id: string) =>
  (await sql`select pace_m from published_plans where journey_id = ${id}`)[0]?.pace_m;

test('a change of the first day or the daily distance within shift and skew changes nothing that others see', async () => {
  const rider = await createRider();
  const id = await plan(rider);
  const published = await presenceOf(id);
  expect(published.length).toBeGreaterThan(40);
  for (const fields of [
    { starts_on: '2029-05-03' },
    { daily_distance_m: 88_000 },
    { starts_on: '2029-04-30', daily_distance_m: 74_000 },
    { starts_on: null },
    { starts_on: '2029-05-02' },
  ]) {
    await rider.patch(`/v1/journeys/${id}`, fields);
    if (fields.starts_on !== null) expect(await presenceOf(id), JSON.stringify(fields)).toEqual(published);
  }
});

test('a plan that leaves shift and skew is drawn anew once, and stays then', async () => {
  const rider = await createRider();
  const id = await plan(rider);
  const [published, pace] = [await presenceOf(id), await paceOf(id)];
  await rider.patch(`/v1/journeys/${id}`, { starts_on: '2029-06-20' });
  const moved = await presenceOf(id);
  expect(moved).not.toEqual(published);
  const [row] = await sql`select first_at, pace_m, draws from published_plans where journey_id = ${id}`;
  expect([row?.draws, row?.pace_m === pace]).toEqual([1, false]);
  expect(Math.abs(Date.parse(row?.first_at) - Date.parse('2029-06-20'))).toBeLessThanOrEqual(4 * dayS * 1_000);
  await rider.patch(`/v1/journeys/${id}`, { name: 'Later', starts_on: '2029-06-20' });
  expect(await presenceOf(id)).toEqual(moved);
});

test('a journey that is made anew over the same road and days shows what the deleted one showed', async () => {
  const rider = await createRider();
  const id = await plan(rider);
  const published = await presenceOf(id);
  await rider.delete(`/v1/journeys/${id}`);
  const again = await plan(rider, { starts_on: '2029-05-02', daily_distance_m: 83_000 });
  expect(await presenceOf(again)).toEqual(published);

  const rest = await plan(rider, { starts_on: '2029-05-09' }, road.slice(100));
  expect(await paceOf(rest)).toBe(await paceOf(id));
  const shown = new Set(published.map(({ cell, bucket }) => `${cell}/${bucket}`));
  const ofRest = await presenceOf(rest);
  const kept = ofRest.filter(({ cell, bucket }) => shown.has(`${cell}/${bucket}`));
  // The rest is aligned by cells, so each change of bucket may come one cell earlier or later.
  expect(kept.length).toBeGreaterThanOrEqual(ofRest.length - new Set(ofRest.map(({ bucket }) => bucket)).size);
  expect(kept.length).toBeGreaterThan(0.7 * ofRest.length);
});

test.each<[string, Record<string, unknown>, readonly LonLat[]]>([
  ['on other days', { starts_on: '2029-08-01' }, road],
  ['on another road', {}, road.map(([longitude, latitude]): LonLat => [longitude, latitude - 3])],
  ['back over the same road', { starts_on: '2029-05-17' }, road.toReversed()],
])('a trip %s shares nothing with an earlier one of the same rider', async (_, fields, line) => {
  const rider = await createRider();
  const first = await plan(rider);
  const other = await plan(rider, fields, line);
  expect(await paceOf(other)).not.toBe(await paceOf(first));
});

test("another rider's published plan is not taken over", async () => {
  const [id, other] = [await plan(await createRider()), await plan(await createRider())];
  expect(await paceOf(other)).not.toBe(await paceOf(id));
});

const campOn = (day: number, moved = 0) => ({
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [60 + day * 1.144_9, 45] },
  estimated_time: new Date(Date.UTC(2029, 4, 1 + day + moved, 12)).toISOString(),
});

test('planned markers that move by a day, or are made anew, change nothing that others see', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'public', id: calmJourneyId(rider) });
  const path = `/v1/journeys/${id}/markers`;
  const days = Array.from({ length: 12 }, (_, n) => n);
  const { json } = await rider.post(`${path}/batch`, { markers: days.map((day) => campOn(day)) });
  const published = await presenceOf(id);
  expect(published).toHaveLength(12);
  for (const [day, marker] of json.items.entries()) {
    const { estimated_time } = campOn(day, 1);
    expect((await rider.patch(`${path}/${marker.id}`, { estimated_time })).status).toBe(200);
    expect(await presenceOf(id)).toEqual(published);
  }
  await rider.delete(`/v1/journeys/${id}`);
  const again = await createJourney(rider, { visibility: 'public', id: calmJourneyId(rider) });
  await rider.post(`/v1/journeys/${again.id}/markers/batch`, { markers: days.map((day) => campOn(day, 1)) });
  expect(await presenceOf(again.id)).toEqual(published);

  await rider.patch(`${path.replace(id, again.id)}/${(await rider.get(path.replace(id, again.id))).json.items[0].id}`, {
    estimated_time: campOn(0, 60).estimated_time,
  });
  const changed = (await presenceOf(again.id)).filter((row, n) => row.bucket !== published[n]?.bucket);
  expect(changed).toHaveLength(1);
});

test('the published plan of a deleted journey is deleted 30 days after its last day, or 400 days after the deletion', async () => {
  const rider = await createRider();
  const [kept, deleted] = [await plan(rider), await plan(rider, { starts_on: '2029-09-01' })];
  const distant = await plan(rider, { starts_on: '2198-06-01' });
  for (const id of [deleted, distant]) await rider.delete(`/v1/journeys/${id}`);
  const left = async (now: Date) => {
    await runScheduled('17 3 * * *', env, { now: () => now, newId: () => crypto.randomUUID() });
    return (await sql`select journey_id from published_plans where owner_id = ${rider.id}`).length;
  };
  expect(await left(new Date('2029-09-20T03:17:00Z'))).toBe(3);
  expect(await left(new Date('2030-01-20T03:17:00Z'))).toBe(2);
  expect(await left(new Date('2030-10-24T03:17:00Z'))).toBe(2);
  expect(await left(new Date('2030-10-26T03:17:00Z'))).toBe(1);
  expect(await paceOf(kept)).toBeGreaterThan(0);
});

test("a rider's own way passes its cells in order, wherever the buckets of the published plan begin", async () => {
  const rider = await createRider();
  const id = await plan(rider, { daily_distance_m: 20_000 });
  const cellsInOrder = async () => {
    const rows = await sql`select cell from own_way(${id}, ${rider.id}, ${new Date()})`;
    return rows.map(({ cell }) => cell).filter((cell, index, all) => cell !== all[index - 1]);
  };
  const cells = await cellsInOrder();
  for (let hours = 0; hours < 72; hours += 2) {
    await sql`update published_plans set first_at = first_at + interval '2 hours' where journey_id = ${id}`;
    expect(await cellsInOrder(), `${hours} hours later`).toEqual([...new Set(cells)]);
  }
});
