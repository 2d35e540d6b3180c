import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { maxShiftS, maxSkew, shiftOf } from '../../../src/features/presence/shift.rules.ts';
import { cellAt, columnsOf, gapM } from '../../../src/lib/grid.ts';
import { clientWith, config } from '../../support/app.ts';
import { setTime } from '../../support/clock.ts';
import { sql, untilAsleep } from '../../support/db.ts';
import {
  createJourney,
  createRider,
  freshToken,
  gpxOf,
  importPlan,
  type LonLat,
  type Rider,
} from '../../support/factories.ts';
import { bucketAt, secretShift, startOfDayS } from '../../support/published.ts';
import { presenceOf } from './brute-force.ts';

const cellMiddle = (cell: number): LonLat => {
  const row = Math.floor(cell / 2048);
  return [(((cell % 2048) + 0.5) / columnsOf(row)) * 360 - 180, (row + 0.5) * 0.225 - 90];
};

const dayMs = 86_400_000;

const markerAt = ([longitude, latitude]: LonLat, time: string) => ({
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [Number(longitude.toFixed(6)), Number(latitude.toFixed(6))] },
  estimated_time: time,
});

async function createCamp(rider: Rider, id: string, place: LonLat, time: string) {
  await createJourney(rider, { id, visibility: 'discoverable' });
  await rider.post(`/v1/journeys/${id}/markers`, markerAt(place, time));
}

/** Lets the past markers of a journey have come at that time, and publishes the journey again. */
async function bringForward(rider: Rider, id: string, placedAt: string) {
  await sql`update markers set placed_at = ${placedAt} where journey_id = ${id}`;
  await rider.patch(`/v1/journeys/${id}`, { delay_h: 48 });
}

describe('the published abstraction', () => {
  test('two journeys that differ only within their cells and buckets look the same to strangers, byte by byte', async () => {
    const [asker, hidden] = [await createRider(), await createRider()];
    const cell = cellAt([-100, -60]);
    const [longitude, latitude] = cellMiddle(cell);
    const mine = await createJourney(asker, { visibility: 'discoverable' });
    await asker.post(`/v1/journeys/${mine.id}/markers`, markerAt([longitude + 0.3, latitude], '2027-05-04T12:00:00Z'));
    const id = crypto.randomUUID();
    const shift = secretShift(hidden.id, id);
    const start = bucketAt(startOfDayS('2027-05-04'), undefined, shift) * 259_200_000 - shift.shiftS * 1_000;
    const at = (ms: number) => new Date(start + ms).toISOString();

    const answers: string[] = [];
    const worlds: [LonLat, string][] = [
      [[longitude - 0.2, latitude - 0.1], at(1_000)],
      [[longitude + 0.2, latitude + 0.1], at(1.9 * dayMs)],
      [[longitude, latitude], at(1.5 * dayMs)],
    ];
    for (const [place, time] of worlds) {
      await createCamp(hidden, id, place, time);
      for (const query of ['', '?radius_m=25000', '?window_days=0', '?when=any', '?radius_m=500000&window_days=30']) {
        const { status, text } = await asker.get(`/v1/journeys/${mine.id}/nearby${query}`);
        expect(status).toBe(200);
        answers.push(text);
      }
      await hidden.delete(`/v1/journeys/${id}`);
      // What was published would survive in the next world, and move there if the shift is near its end.
      await sql`delete from published_plans where journey_id = ${id}`;
    }
    expect(answers[0]).toContain('encounter_id');
    expect(answers.slice(5, 10)).toEqual(answers.slice(0, 5));
    expect(answers.slice(10)).toEqual(answers.slice(0, 5));
  });

  test('a planned line has presence cell by cell on its days, except at its ends', async () => {
    const rider = await createRider();
    const startsOn = '2027-02-27';
    const journey = await createJourney(rider, {
      visibility: 'discoverable',
      starts_on: startsOn,
      daily_distance_m: 20_000,
    });
    const line = Array.from({ length: 301 }, (_, n): LonLat => [150 + n / 100, -55]);
    await importPlan(rider, journey.id, gpxOf(line));

    const kmPerStep = 0.6402;
    const shift = secretShift(rider.id, journey.id);
    const expected = new Set<string>();
    line.forEach((position, n) => {
      const alongKm = n * kmPerStep;
      if (alongKm < 2.7 || alongKm > 300 * kmPerStep - 2.7) return;
      const bucketOf = (km: number) => bucketAt(startOfDayS(startsOn) + (km / 20) * 86_400, startsOn, shift);
      const isOnEdge = bucketOf(alongKm - 0.5) !== bucketOf(alongKm + 0.5);
      if (!isOnEdge) expected.add(`${cellAt(position)}/${bucketOf(alongKm)}`);
    });
    const actual = new Set((await presenceOf(journey.id)).map(({ cell, bucket }) => `${cell}/${bucket}`));
    expect(new Set([...expected].map((row) => row.split('/')[1])).size).toBeGreaterThan(1);
    expect(actual.size).toBeLessThanOrEqual(expected.size + 3);
    for (const row of expected) expect(actual).toContain(row);
  });

  test('the changes of bucket along a plan do not reveal where its days end', async () => {
    const line = Array.from({ length: 101 }, (_, n): LonLat => [130 + n / 20, -52]);
    const changes = new Set<number>();
    for (let n = 0; n < 20; n += 1) {
      const rider = await createRider();
      const plan = { visibility: 'discoverable', starts_on: '2027-03-01', daily_distance_m: 50_000 };
      const { id } = await createJourney(rider, plan);
      await importPlan(rider, id, gpxOf(line));
      const rows = (await presenceOf(id)).toSorted((a, b) => a.bucket - b.bucket);
      for (const bucket of new Set(rows.map((row) => row.bucket)))
        changes.add(Math.max(...rows.filter((row) => row.bucket === bucket).map(({ cell }) => cell)));
    }
    // Of 340 km there are six camps, and fourteen cells.
    expect(changes.size).toBeGreaterThan(7);
  });

  test('a line that consists only of its hidden ends has no presence', async () => {
    const rider = await createRider();
    const journey = await createJourney(rider, {
      visibility: 'discoverable',
      starts_on: '2027-02-27',
      daily_distance_m: 60_000,
    });
    await importPlan(
      rider,
      journey.id,
      gpxOf([
        [150, 10],
        [150.02, 10],
      ]),
    );
    expect(await presenceOf(journey.id)).toEqual([]);
  });

  test("a journey's secret shift is at most four days and its skew at most 35 %, and both are stable", () => {
    const key = config.keys.shift;
    const shifts = Array.from({ length: 500 }, () => shiftOf(key, 'rider', crypto.randomUUID()));
    for (const [values, most] of [
      [shifts.map(({ shiftS }) => shiftS), maxShiftS],
      [shifts.map(({ skew }) => skew), maxSkew],
    ] as const) {
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(most);
      expect(Math.max(...values)).toBeGreaterThan(0.9 * most);
      expect(Math.min(...values)).toBeLessThan(-0.9 * most);
      expect(new Set(values).size).toBeGreaterThan(450);
    }
    expect([maxShiftS, maxSkew]).toEqual([4 * 86_400, 0.35]);
    expect(shiftOf(key, 'rider', 'a')).toEqual(shiftOf(key, 'rider', 'a'));
    expect(shiftOf(key, 'another', 'a')).not.toEqual(shiftOf(key, 'rider', 'a'));
  });
});

describe('presence of rides', () => {
  test('a ride enters presence in the night after 48 hours and leaves it before 30 days', async () => {
    const now = Date.UTC(2031, 5, 1, 3, 16);
    const past = async (hours: number) => {
      setTime(new Date(now - hours * 3_600_000));
      const rider = await createRider();
      const journey = await createJourney(rider, { visibility: 'discoverable' });
      const { estimated_time, ...marker } = markerAt([33, -50], '');
      const timestamp = new Date(now - hours * 3_600_000).toISOString();
      const { status } = await rider.post(`/v1/journeys/${journey.id}/markers`, {
        ...marker,
        marker_type: 'past',
        timestamp,
      });
      expect([status, estimated_time]).toEqual([201, '']);
      setTime(new Date(now));
      await clientWith(await freshToken(rider)).patch(`/v1/journeys/${journey.id}`, { delay_h: 0 });
      return (await presenceOf(journey.id)).length;
    };
    expect(await past(1)).toBe(0);
    expect(await past(47)).toBe(0);
    expect(await past(71)).toBe(0);
    expect(await past(72)).toBe(1);
    expect(await past(28 * 24)).toBe(1);
    expect(await past(30 * 24)).toBe(0);
  });
});

test('the database and the Worker use the same grid', async () => {
  const rows = await sql`select grid_row, columns from grid_rows order by grid_row`;
  expect(rows.map(({ columns }) => columns)).toEqual(Array.from({ length: 800 }, (_, row) => columnsOf(row)));

  for (const position of [
    [16, 48],
    [-179.99, 66],
    [0, 89.95],
    [10, -89.99],
    [12, 89.2],
  ] as const) {
    for (const reach of [25_000, 137_000, 500_000]) {
      const own = cellAt(position);
      const reached = await sql`
        select v.cell, v.bucket from presence_reach(array[${own}::int], array[7], ${reach}) r,
          presence_visits((r.block << 15) | 4, r.cells << 32) v
        order by v.cell`;
      const expected: unknown[] = [];
      for (let row = 0; row < 800; row += 1) {
        for (let column = 0; column < columnsOf(row); column += 1) {
          const cell = row * 2048 + column;
          if (gapM(own, cell) < reach) expected.push({ cell, bucket: 7 });
        }
      }
      expect(reached).toEqual(expected);
    }
  }
});

test('the nightly run does not bring back the presence of a journey that becomes private meanwhile', {
  timeout: 60_000,
}, async () => {
  const rider = await createRider();
  const { estimated_time, ...marker } = markerAt([35, -52], '');
  expect(estimated_time).toBe('');
  const timestamp = new Date(Date.now() - 72 * 3_600_000).toISOString();
  for (let round = 0; round < 15; round += 1) {
    const { id } = await createJourney(rider, { visibility: 'discoverable' });
    await rider.post(`/v1/journeys/${id}/markers`, { ...marker, marker_type: 'past', timestamp });
    await bringForward(rider, id, timestamp);
    expect(await presenceOf(id)).toHaveLength(1);
    const world = { now: () => new Date(), newId: () => crypto.randomUUID() };
    const [{ status }] = await Promise.all([
      rider.patch(`/v1/journeys/${id}`, { visibility: 'private' }),
      runScheduled('17 3 * * *', env, world),
      runScheduled('17 3 * * *', env, world),
    ]);
    expect([status, await presenceOf(id)]).toEqual([200, []]);
  }
});

test('the nightly run deletes expired presence even of a journey that is locked at that moment', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'discoverable' });
  const { estimated_time, ...marker } = markerAt([35, -53], '');
  expect(estimated_time).toBe('');
  const timestamp = new Date(Date.now() - 28.9 * dayMs).toISOString();
  await rider.post(`/v1/journeys/${id}/markers`, { ...marker, marker_type: 'past', timestamp });
  await bringForward(rider, id, timestamp);
  expect(await presenceOf(id)).toHaveLength(1);
  // Presence ends by the nightly run before, so that a run on the next day may be too early.
  const later = { now: () => new Date(Date.now() + 2 * dayMs), newId: () => crypto.randomUUID() };
  const locking = sql.transaction([sql`select from journeys where id = ${id} for share`, sql`select pg_sleep(1.5)`]);
  await untilAsleep(locking);
  await Promise.all([locking, runScheduled('17 3 * * *', env, later)]);
  expect(await presenceOf(id)).toEqual([]);
});
