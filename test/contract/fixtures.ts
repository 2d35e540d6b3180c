import { cellAt } from '../../src/lib/grid.ts';
import { call } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../support/factories.ts';

// Creates, through the API, the rows that an operation needs.

export const freshAddress = () => `${crypto.randomUUID()}@kairos.test`;
export const freshUsername = () => `r${crypto.randomUUID().slice(0, 20)}`;

export const newPassword = 'another gravel road 88';
export const wrongPassword = 'not the password 17';

export const registration = () => ({
  email: freshAddress(),
  password: 'five slow gravel passes',
  name: 'Anna Weber',
  username: freshUsername(),
});

export const journeyFields = {
  name: 'Danube, source to sea',
  description: 'EuroVelo 6, with the wind.',
  visibility: 'discoverable',
  starts_on: '2027-06-12',
  daily_distance_m: 95_000,
  delay_h: 24,
};

export const markerFields = {
  name: 'Spring under the chapel',
  notes: 'Good water, room for two tents.',
  marker_type: 'plan',
  coordinates: { type: 'Point', coordinates: [16.3738, 48.2082] },
  timestamp: null,
  estimated_time: '2027-06-12T08:30:00Z',
};

const road: LonLat[] = Array.from({ length: 100 }, (_, index) => [-101 + index * 0.03, 51.3]);
export const gpx = gpxOf(road);

export async function journeyOf(rider: Rider, fields: Record<string, unknown> = {}) {
  const { id } = await createJourney(rider, { ...journeyFields, ...fields });
  return { id };
}

export async function plannedJourneyOf(rider: Rider, fields: Record<string, unknown> = {}) {
  const params = await journeyOf(rider, fields);
  await importPlan(rider, params.id, gpx);
  return params;
}

/** A journey with a planned line, and the ids of the line and of its import. */
export async function trackOf(rider: Rider) {
  const { id } = await plannedJourneyOf(rider);
  const { json } = await rider.get(`/v1/journeys/${id}/tracks`);
  const [track]: { id: string; import_id: string }[] = json.items;
  if (!track) throw new Error('the journey has no line');
  return { id, trackId: track.id, importId: track.import_id };
}

let lanes = 0;

/** The id of an encounter between two riders on a road of their own. */
export async function encounterOf(rider: Rider, other: Rider): Promise<string> {
  lanes += 1;
  // Far from the places of other tests.
  const [west, latitude] = [-170 + (Math.floor(lanes / 8) % 40) * 8, 72 + (lanes % 8)];
  const lane = gpxOf(Array.from({ length: 50 }, (_, n) => [west + n * 0.03, latitude]));
  const ids: string[] = [];
  for (const one of [other, rider]) {
    const { id } = await journeyOf(one, { visibility: 'public' });
    await importPlan(one, id, lane);
    ids.push(id);
  }
  const { json } = await rider.get(`/v1/journeys/${ids[1]}/nearby`);
  const met = json.items.find(({ journey }: { journey: { id: string } | null }) => journey?.id === ids[0]);
  return met.encounter_id;
}

/** A connection request from a rider to another. */
export async function requestOf(rider: Rider, other: Rider) {
  const { json } = await rider.post('/v1/connections', {
    encounter_id: await encounterOf(rider, other),
    message: 'Hello',
  });
  return { id: json.id as string };
}

/** Inserts a crowd so far in the future that no recount changes it. */
export const gather = () => sql`
  insert into crowds values (0, ${cellAt([-101, 51.3])}, ${Math.floor(Date.UTC(2150, 5, 10) / 259_200_000)}, 15) on conflict do nothing`;

/** Creates a rider with a public, active journey whose status others see at once. */
export async function riderUnderWay() {
  const rider = await createRider();
  const { id } = await journeyOf(rider, { visibility: 'public', delay_h: 0 });
  await rider.post(`/v1/journeys/${id}/activate`);
  return { id: rider.id };
}

export async function reportOf(rider: Rider) {
  const body = {
    named_by: 'user_id',
    user_id: (await createRider()).id,
    reason: 'stalking',
    message: 'Rode behind me for days.',
  };
  const { json } = await rider.post('/v1/reports', body);
  return { id: json.id as string };
}

/** Sends another token request. */
export const logIn = (form: Record<string, string>) =>
  call('POST', '/v1/auth/token', { body: new URLSearchParams({ grant_type: 'password', ...form }) });
