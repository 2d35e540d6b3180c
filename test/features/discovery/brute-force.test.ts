import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encounterIdOf } from '../../../src/features/discovery/encounter-id.rules.ts';
import { config } from '../../support/app.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { bestMeeting, expectedOf, presenceOf } from './brute-force.ts';

/** Far from every other test's riders, so that a search finds only the riders of its own world. */
const places: Record<string, LonLat> = {
  'the middle of a continent': [75, -78],
  'the antimeridian': [180, -63],
  'the south pole': [20, -89.7],
  'the north pole': [100, 89.6],
};

const wrap = (longitude: number): number => Number((((((longitude + 540) % 360) + 360) % 360) - 180).toFixed(5));
const clamp = (latitude: number): number => Number(Math.max(-90, Math.min(90, latitude)).toFixed(5));

const degrees = (most: number) =>
  fc.integer({ min: -most * 1_000, max: most * 1_000 }).map((thousandths) => thousandths / 1_000);
const point = fc.tuple(degrees(5), degrees(2));
const day = fc.integer({ min: 0, max: 30 });
const marker = fc.record({ point, day: fc.option(day, { freq: 6 }), hour: fc.integer({ min: 0, max: 23 }) });
const plan = fc.record({
  points: fc.array(point, { minLength: 2, maxLength: 4 }),
  day,
  dailyKm: fc.integer({ min: 20, max: 300 }),
});
const rider = fc.oneof(fc.record({ markers: fc.array(marker, { minLength: 1, maxLength: 6 }) }), fc.record({ plan }));
const search = fc.record({
  radiusM: fc.constantFrom(25_000, 60_000, 100_000, 200_000, 500_000),
  windowDays: fc.constantFrom<(number | 'any')[]>(0, 1, 3, 7, 30, 'any'),
});
const world = fc.record({
  asker: fc.array(fc.record({ point, day, hour: fc.constant(12) }), { minLength: 1, maxLength: 8 }),
  others: fc.array(rider, { minLength: 1, maxLength: 4 }),
  searches: fc.array(search, { minLength: 4, maxLength: 6 }),
});

const dayText = (offset: number): string => new Date(Date.UTC(2027, 2, 10 + offset)).toISOString().slice(0, 10);

type Offset = readonly [number, number];
const at = (centre: LonLat, [east, north]: Offset): LonLat => [wrap(centre[0] + east), clamp(centre[1] + north)];

function markersOf(centre: LonLat, markers: { point: Offset; day: number | null; hour: number }[]) {
  return markers.map(({ point: offset, day: onDay, hour }) => ({
    name: 'Here',
    marker_type: 'plan',
    coordinates: { type: 'Point', coordinates: at(centre, offset) },
    ...(onDay !== null && { estimated_time: `${dayText(onDay)}T${String(hour).padStart(2, '0')}:00:00Z` }),
  }));
}

async function settle(
  owner: Rider,
  centre: LonLat,
  what: { markers: Parameters<typeof markersOf>[1] } | { plan: { points: Offset[]; day: number; dailyKm: number } },
) {
  if ('markers' in what) {
    const journey = await createJourney(owner, { visibility: 'discoverable' });
    const { status, text } = await owner.post(`/v1/journeys/${journey.id}/markers/batch`, {
      markers: markersOf(centre, what.markers),
    });
    if (status !== 201) throw new Error(text);
    return journey.id;
  }
  const { points, day: starts, dailyKm } = what.plan;
  const schedule = { starts_on: dayText(starts), daily_distance_m: dailyKm * 1_000 };
  const journey = await createJourney(owner, { visibility: 'discoverable', ...schedule });
  await importPlan(owner, journey.id, gpxOf(points.map((offset) => at(centre, offset))));
  return journey.id;
}

describe.each(Object.entries(places))('discovery around %s', (_name, centre) => {
  test('a search answers the same as a comparison of every pair of cells and buckets', {
    timeout: 240_000,
  }, async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(world, async ({ asker, others, searches }) => {
        const me = await createRider();
        const mine = await settle(me, centre, { markers: asker });
        const theirs: string[] = [];
        const them: Rider[] = [];
        // Each of somebody else's: of one rider no more than three are shown.
        for (const other of others) {
          const rider = await createRider();
          them.push(rider);
          theirs.push(await settle(rider, centre, other));
        }
        const myPresence = await presenceOf(mine);
        const theirPresence = await Promise.all(theirs.map(async (id) => ({ id, rows: await presenceOf(id) })));

        for (const { radiusM, windowDays } of searches) {
          const time = windowDays === 'any' ? 'when=any' : `window_days=${windowDays}`;
          const { status, json, text } = await me.get(`/v1/journeys/${mine}/nearby?radius_m=${radiusM}&${time}`);
          expect(status, text).toBe(200);
          const expected = theirPresence.flatMap(({ id, rows }) => {
            const pair = bestMeeting(myPresence, rows, radiusM, windowDays);
            return pair ? [expectedOf(id, pair)] : [];
          });
          const answered = json.items.map((item: Record<string, unknown>) => [
            item.encounter_id,
            item.distance_band_m,
            item.their_days,
          ]);
          const wanted = expected.map(({ journeyId, bandM, theirDays }) => [
            encounterIdOf(config.keys.encounterId, mine, journeyId),
            bandM,
            theirDays ?? null,
          ]);
          met += wanted.length;
          expect(new Set(answered.map((row: unknown) => JSON.stringify(row)))).toEqual(
            new Set(wanted.map((row) => JSON.stringify(row))),
          );
        }
        for (const [index, id] of theirs.entries()) await them[index]?.delete(`/v1/journeys/${id}`);
        await me.delete(`/v1/journeys/${mine}`);
      }),
      { numRuns: 12, endOnFailure: true },
    );
    expect(met).toBeGreaterThan(20);
  });
});
