import { expect, test } from 'vitest';
import { createJourney, createRider, type Rider } from '../../support/factories.ts';
import { bucketOf, secretShift, startOfDayS } from '../../support/published.ts';
import { presenceOf } from './brute-force.ts';

const daySeconds = 86_400;
const firstS = startOfDayS('2029-05-01') + 12 * 3_600;

/** A camp 90 km east of the one of the day before. */
const campOn = (day: number) => ({
  name: 'Camp',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [60 + day * 1.144_9, 45] },
  estimated_time: new Date((firstS + day * daySeconds) * 1_000).toISOString(),
});

async function addCamps(rider: Rider, id: string, days: readonly number[]) {
  const { status } = await rider.post(`/v1/journeys/${id}/markers/batch`, { markers: days.map(campOn) });
  expect(status).toBe(201);
}

const daysFrom = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);

test('markers without a first day are stretched by the skew, so that they do not show the pace', async () => {
  const paces: number[] = [];
  for (const isWanted of [(skew: number) => skew < -0.2, (skew: number) => skew > 0.2]) {
    const rider = await createRider();
    let id = crypto.randomUUID();
    while (!isWanted(secretShift(rider.id, id).skew)) id = crypto.randomUUID();
    await createJourney(rider, { visibility: 'public', id });
    await addCamps(rider, id, daysFrom(0, 30));
    const buckets = (await presenceOf(id)).map(({ bucket }) => bucket);
    paces.push((29 * 90) / (3 * (Math.max(...buckets) - Math.min(...buckets))));
  }
  expect(Math.max(...paces) / Math.min(...paces)).toBeGreaterThan(1.25);
});

test('the skew also counts before its first day, and later changes do not move that day', async () => {
  const rider = await createRider();
  const { id } = await createJourney(rider, { visibility: 'discoverable' });
  await addCamps(rider, id, [40]);
  const shift = secretShift(rider.id, id);
  const firstBucket = Math.floor((firstS + 40 * daySeconds + shift.shiftS) / (3 * daySeconds));
  const fromS = firstBucket * 3 * daySeconds - shift.shiftS;
  await addCamps(rider, id, daysFrom(0, 40));
  await rider.patch(`/v1/journeys/${id}`, { starts_on: '2029-04-20', daily_distance_m: 90_000 });
  const expected = daysFrom(0, 41).map((day) => bucketOf(firstS + day * daySeconds, fromS, shift));
  expect((await presenceOf(id)).map(({ bucket }) => bucket).sort()).toEqual(expected.sort());
});
