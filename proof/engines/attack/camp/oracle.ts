// Strangers who vary their own markers, windows and radii and ask who is near. Each response is compared with the
// encounters that follow from published presence alone.

import { encounterIdOf } from '../../../../src/features/discovery/encounter-id.rules.ts';
import { cellCentre, cellEastOf } from '../../../../src/lib/grid.ts';
import { bestMeeting, expectedOf, presenceOf } from '../../../../test/features/discovery/brute-force.ts';
import { config } from '../../../../test/support/app.ts';
import { createJourney, createRider, type Rider } from '../../../../test/support/factories.ts';
import type { Presence } from './posterior.ts';

/** A rider under attack, and the presence of their journey in the database. */
export type Target = { riderId: string; journeyId: string; presence: Presence };

type Spy = { rider: Rider; journeyId: string; markerId: string };

/** Creates an attacking account: a journey with one marker. It is public, so that other spies recognise it as a spy. */
export async function createSpy(): Promise<Spy> {
  const rider = await createRider({ name: 'Spy' });
  const { id: journeyId } = await createJourney(rider, { visibility: 'public' });
  const marker = { name: 'Here', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [0, 0] } };
  const { json } = await rider.post(`/v1/journeys/${journeyId}/markers`, marker);
  return { rider, journeyId, markerId: json.id };
}

const bucketS = 259_200;
const maxShown = 50;

const rowsOf = (presence: Presence) =>
  [...presence].flatMap(([cell, buckets]) => [...buckets].map((bucket) => ({ cell, bucket })));

type Item = { encounter_id: string; distance_band_m: number; their_days: unknown; journey: unknown };

/**
 * Moves a spy near one of the targets and asks for encounters: two queries. Returns the encounters that do not follow
 * from the published presence of the targets, or undefined.
 */
export async function askAbout(targets: readonly Target[], spy: Spy, roll: () => number): Promise<string | undefined> {
  const oneOf = <T>(items: readonly T[]): T | undefined => items[Math.floor(roll() * items.length)];
  const aim = oneOf(rowsOf(oneOf(targets)?.presence ?? new Map()));
  if (!aim) return;
  const [longitude, latitude] = cellCentre(cellEastOf(aim.cell, Math.floor(roll() * 7) - 3));
  const atS = Math.round((aim.bucket + Math.floor(roll() * 5) - 2 + roll()) * bucketS);
  const place = { coordinates: [longitude, latitude].map((degrees) => Number(degrees.toFixed(7))), type: 'Point' };
  const move = { coordinates: place, estimated_time: new Date(atS * 1_000).toISOString() };
  const moved = await spy.rider.patch(`/v1/journeys/${spy.journeyId}/markers/${spy.markerId}`, move);
  const [radiusM, windowDays] = [oneOf([25_000, 60_000, 100_000]) ?? 0, oneOf([0, 3, 7]) ?? 0];
  const query = `radius_m=${radiusM}&window_days=${windowDays}`;
  const { status, json } = await spy.rider.get(`/v1/journeys/${spy.journeyId}/nearby?${query}`);
  if (moved.status !== 200 || status !== 200) return `the move answered ${moved.status}, the query ${status}`;
  if (json.items.length === maxShown) return;

  const mine = await presenceOf(spy.journeyId);
  const expected = targets.flatMap(({ journeyId, presence }) => {
    const pair = bestMeeting(mine, rowsOf(presence), radiusM, windowDays);
    if (!pair) return [];
    const { bandM, theirDays } = expectedOf(journeyId, pair);
    return JSON.stringify([encounterIdOf(config.keys.encounterId, spy.journeyId, journeyId), bandM, theirDays]);
  });
  const encounters = (json.items as Item[])
    .filter(({ journey }) => journey === null)
    .map(({ encounter_id, distance_band_m, their_days }) =>
      JSON.stringify([encounter_id, distance_band_m, their_days]),
    );
  // Encounters may be missing: the accounts are more than may see a rider in a week, so budgets are used up.
  const beyond = encounters.filter((one) => !expected.includes(one));
  return beyond.length === 0
    ? undefined
    : `${query}: the response has ${beyond}, but published presence gives ${expected}`;
}
