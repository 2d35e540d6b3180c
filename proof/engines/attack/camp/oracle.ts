// Strangers who move their own markers, windows and radii about and ask who is near, and what they may be told at most.

import { handleOf } from '../../../../src/features/discovery/handle.rules.ts';
import type { Shift } from '../../../../src/features/presence/shift.rules.ts';
import { cellAt, cellCentre, cellEastOf } from '../../../../src/lib/grid.ts';
import { bestMeeting, expectedOf } from '../../../../test/features/discovery/brute-force.ts';
import { config } from '../../../../test/support/app.ts';
import { createJourney, createRider, type Rider } from '../../../../test/support/factories.ts';
import { bucketAt } from '../../../../test/support/published.ts';
import type { Presence } from './posterior.ts';

/** Somebody who is asked about, and what the database says is published of them. */
export type Target = { riderId: string; journeyId: string; presence: Presence };

type Spy = { rider: Rider; journeyId: string; markerId: string };

/** One account and what it asks from: a journey with one marker. Public, so that the others know it for one of them. */
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

type Told = { encounter_id: string; distance_band_m: number; their_days: unknown; journey: unknown };

/**
 * Moves a spy near one of the targets and asks. Answers in what the reply says more than follows from what is published
 * of the targets alone; nothing where it is as it should be. Two queries.
 */
export async function askAbout(
  targets: readonly Target[],
  spy: Spy,
  shiftOf: (riderId: string, journeyId: string) => Shift,
  roll: () => number,
): Promise<string | undefined> {
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
  if (moved.status !== 200 || status !== 200) return `${moved.status} and ${status}`;
  if (json.items.length === maxShown) return;

  const bucket = bucketAt(atS, undefined, shiftOf(spy.rider.id, spy.journeyId));
  const mine = [{ cell: cellAt([place.coordinates[0] ?? 0, place.coordinates[1] ?? 0]), bucket }];
  const follows = targets.flatMap(({ journeyId, presence }) => {
    const pair = bestMeeting(mine, rowsOf(presence), radiusM, windowDays);
    if (!pair) return [];
    const { bandM, theirDays } = expectedOf(journeyId, pair);
    return JSON.stringify([handleOf(config.keys.handle, spy.journeyId, journeyId), bandM, theirDays]);
  });
  const told = (json.items as Told[])
    .filter(({ journey }) => journey === null)
    .map(({ encounter_id, distance_band_m, their_days }) =>
      JSON.stringify([encounter_id, distance_band_m, their_days]),
    );
  // Fewer are told where budgets are used up: so many accounts are more than may see anybody in a week.
  const beyond = told.filter((one) => !follows.includes(one));
  return beyond.length === 0 ? undefined : `${query}: told ${beyond}, but it follows ${follows}`;
}
