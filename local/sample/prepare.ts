import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { type Client, logIn } from './client.ts';
import { writeGpx } from './gpx.ts';
import type { Place } from './place.ts';
import { type SampleJourney, type SampleRider, sampleId, sampleRiders } from './riders.ts';
import { routePoints } from './route.ts';
import { dayFrom, dayOfArrival, daysBetween } from './schedule.ts';
import { type JourneyState, openSampleStore } from './store.ts';

/** Journeys whose start is further off than this are moved, so that riders are near on every day. */
const maxDaysOff = 3;

const Stops = z.object({ items: z.array(z.object({ id: z.string(), estimated_time: z.string().nullable() })) });

/**
 * Loads the sample riders into a database without riders, completes an interrupted load, and moves journeys that
 * started too long ago. Returns the riders, or an empty list if the database has only other riders.
 */
export async function prepareSample(world: { api: string; database: Database; now: Date }): Promise<SampleRider[]> {
  const { api, database, now } = world;
  const store = openSampleStore(database);
  const present = await store.findRiders(sampleRiders.map(({ id }) => id));
  if (!present) return [];

  for (const rider of sampleRiders) {
    if (!present.includes(rider.id)) await store.insertRider(rider, now);
  }
  const states = await store.listJourneys(sampleRiders.map(({ journey }) => journey.id));
  await Promise.all(
    sampleRiders.map(async (rider) => {
      const state = states.find(({ id }) => id === rider.journey.id);
      if (state?.has_plan && isNear(state, rider.journey, now)) return;
      const client = await logIn(api, rider.username, rider.password);
      await (state?.has_plan ? move(client, rider.journey, state, now) : load(client, rider.journey, state, now));
    }),
  );
  return sampleRiders;
}

const isNear = (state: JourneyState, journey: SampleJourney, now: Date): boolean =>
  state.starts_on !== null && Math.abs(daysBetween(state.starts_on, dayFrom(now, journey.startsInDays))) <= maxDaysOff;

/** Imports the route last, so that a journey with a route is complete. */
async function load(client: Client, journey: SampleJourney, state: JourneyState | undefined, now: Date): Promise<void> {
  const { id, name, description, visibility, dailyDistanceM, legs } = journey;
  if (!state) {
    await client.send('PATCH', '/v1/me', { adult: true });
    const schedule = { starts_on: dayFrom(now, journey.startsInDays), daily_distance_m: dailyDistanceM };
    await client.send('POST', '/v1/journeys', { id, name, description, visibility, ...schedule });
  }
  if (!state?.has_markers)
    await client.send('POST', `/v1/journeys/${id}/markers/batch`, { markers: markersOf(journey, now) });
  await client.importGpx(id, 'plan', writeGpx(name, routePoints(legs)));
}

/** Moves a journey and its stops by the same number of days. */
async function move(client: Client, journey: SampleJourney, state: JourneyState, now: Date): Promise<void> {
  const startsOn = dayFrom(now, journey.startsInDays);
  const days = daysBetween(state.starts_on ?? startsOn, startsOn);
  await client.send('PATCH', `/v1/journeys/${journey.id}`, { starts_on: startsOn });

  const { items } = await client.get(`/v1/journeys/${journey.id}/markers?marker_type=plan`, Stops);
  for (const { id, estimated_time: time } of items) {
    if (time === null) continue;
    const estimated_time = new Date(Date.parse(time) + days * 86_400_000).toISOString();
    await client.send('PATCH', `/v1/journeys/${journey.id}/markers/${id}`, { estimated_time });
  }
}

function markersOf(journey: SampleJourney, now: Date): Record<string, unknown>[] {
  const first = Number(journey.id.slice(-3)) * 10;
  const stops = journey.stops.map(({ place, name, notes }) => {
    const day = dayFrom(now, journey.startsInDays + dayOfArrival(journey, place));
    return {
      name,
      notes,
      marker_type: 'plan',
      coordinates: pointOf(journey, place),
      estimated_time: `${day}T16:00:00Z`,
    };
  });
  const visited = journey.visited.map(({ place, name, notes, daysAgo }) => {
    const day = dayFrom(now, -daysAgo);
    return { name, notes, marker_type: 'past', coordinates: pointOf(journey, place), timestamp: `${day}T09:00:00Z` };
  });
  return [...visited, ...stops].map((marker, index) => ({ id: sampleId(first + index), ...marker }));
}

function pointOf({ legs }: SampleJourney, name: string): { type: 'Point'; coordinates: [number, number] } {
  const place: Place | undefined = legs.flat().find(([known]) => known === name);
  if (!place) throw new Error(`the route does not pass ${name}`);
  return { type: 'Point', coordinates: [place[2], place[1]] };
}
