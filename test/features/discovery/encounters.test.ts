import { describe, expect, test } from 'vitest';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';

const along = (from: LonLat, to: LonLat, steps = 200): LonLat[] =>
  Array.from({ length: steps + 1 }, (_, n) => [
    Number((from[0] + ((to[0] - from[0]) * n) / steps).toFixed(6)),
    Number((from[1] + ((to[1] - from[1]) * n) / steps).toFixed(6)),
  ]);

/** A rider with a dated plan through a place that no other test uses. */
async function createPlan(rider: Rider, line: LonLat[], fields: Record<string, unknown> = {}) {
  const journey = await createJourney(rider, {
    visibility: 'discoverable',
    starts_on: '2026-06-01',
    daily_distance_m: 100_000,
    ...fields,
  });
  await importPlan(rider, journey.id, gpxOf(line));
  return journey;
}

describe('whom would I meet', () => {
  test('two riders on one road in opposite directions meet once, where and when both pass', async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const road: [LonLat, LonLat] = [
      [16.4, 48.2],
      [24.4, 48.2],
    ];
    const mine = await createPlan(anna, along(...road));
    await createPlan(ben, along(road[1], road[0]));

    const { status, json, text } = await anna.get(`/v1/journeys/${mine.id}/nearby?radius_m=50000`);
    expect(status, text).toBe(200);
    expect(json.items).toHaveLength(1);
    const [encounter] = json.items;
    expect(encounter).toMatchObject({ distance_band_m: 25_000, journey: null, rider: null });
    expect(text).not.toContain(ben.id);
    console.log(text);
  });
});
