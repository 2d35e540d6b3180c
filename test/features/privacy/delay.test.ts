import { expect, test } from 'vitest';
import { clientWith } from '../../support/app.ts';
import { setTime } from '../../support/clock.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, freshToken, type LonLat, type Rider } from '../../support/factories.ts';
import { presenceOf } from '../discovery/brute-force.ts';
import { type Fix, gpx, importFile, pointsOf, readRoute, track } from '../tracks/lines.ts';

const hourMs = 3_600_000;
/** The nightly run starts at this time of day. */
const now = Date.UTC(2032, 5, 1, 3, 17);

/** A ride to the east at about 20 km/h that ended the given number of hours ago. */
const ridden = (hoursAgo: number, from: LonLat = [10, 47.3]): Fix[] =>
  Array.from({ length: 201 }, (_, n) => [
    from[0] + n / 75,
    from[1],
    100,
    new Date(now - (hoursAgo + (200 - n) / 20) * hourMs).toISOString(),
  ]);

async function journeyWith(rider: Rider, points: readonly Fix[], fields: Record<string, unknown> = {}) {
  const { id } = await createJourney(rider, { visibility: 'public', ...fields });
  await importFile(rider, id, gpx(track([points])), 'past');
  return id;
}

const at = async (rider: Rider, hoursAgo: number): Promise<Rider> => {
  setTime(new Date(now - hoursAgo * hourMs));
  return { ...rider, ...clientWith(await freshToken(rider)) };
};

/** A journey whose ride came when it ended. */
async function riddenJourney(rider: Rider, hoursAgo: number, fields: Record<string, unknown> = {}) {
  const id = await journeyWith(await at(rider, hoursAgo), ridden(hoursAgo), fields);
  return { id, rider: await at(rider, 0) };
}

async function riders() {
  setTime(new Date(now));
  return [await createRider(), await createRider()] as const;
}

const shown = async (rider: Rider, id: string) => (await readRoute(rider, id, '?as=past')).flatMap(pointsOf);

test.each([
  [undefined, 47, 49],
  [0, undefined, 0.1],
  [24, 23, 25],
  [168, 167, 169],
])(
  'a ride with a delay_h of %s becomes public that many hours later (undefined means 48)',
  async (delay_h, tooYoung, oldEnough) => {
    const [rider, stranger] = await riders();
    const { id } = await riddenJourney(rider, oldEnough, { delay_h });
    expect((await shown(stranger, id)).length).toBeGreaterThan(100);
    if (tooYoung === undefined) return;
    const young = await riddenJourney(rider, tooYoung, { delay_h });
    expect(await shown(stranger, young.id)).toEqual([]);
    expect((await shown(young.rider, young.id)).length).toBe(201);
  },
);

test('the hidden recent part of a ride changes nothing in what strangers see of the rest', async () => {
  const [rider, stranger] = await riders();
  const old = ridden(60);
  const rest = ridden(1, [old[200]?.[0] ?? 0, 47.3]).slice(1);
  const detour = rest.map(([longitude, latitude, ...more], n): Fix => [longitude, latitude + (n % 7) / 30, ...more]);
  const answers: string[] = [];
  for (const points of [
    [...old, ...rest],
    [...old, ...detour],
  ]) {
    const id = await journeyWith(rider, points);
    await sql`update tracks set created_at = created_at - interval '50 hours' where journey_id = ${id}`;
    const [line, ...others] = await readRoute(stranger, id, '?as=past');
    expect(others).toEqual([]);
    answers.push(JSON.stringify({ ...line, id: '' }));
  }
  expect(answers[0]).toContain('coordinates');
  expect(answers[1]).toBe(answers[0]);
});

test('a ride without times becomes public by the time of its import', async () => {
  const [rider, stranger] = await riders();
  const points = ridden(400).map(([longitude, latitude]): Fix => [longitude, latitude]);
  const id = await journeyWith(rider, points, { delay_h: 24 });
  expect(await shown(stranger, id)).toEqual([]);
  setTime(new Date(now + 25 * hourMs));
  const later = { ...stranger, ...clientWith(await freshToken(stranger)) };
  expect((await shown(later, id)).length).toBeGreaterThan(100);
});

test('a ride enters presence after 48 hours, or after a longer delay of its rider', async () => {
  const [anna] = await riders();
  const present = async (hoursAgo: number, delayH: number) => {
    const { id, rider } = await riddenJourney(anna, hoursAgo);
    await rider.patch(`/v1/journeys/${id}`, { delay_h: delayH });
    return (await presenceOf(id)).length;
  };
  expect(await present(30, 0)).toBe(0);
  expect(await present(60, 0)).toBeGreaterThan(3);
  expect(await present(60, 168)).toBe(0);
  expect(await present(60, 48)).toBeGreaterThan(3);
});

test.each([
  ['three days', 3],
  ['1,024 weeks', 7_168],
])('a receiver whose clock is %s early publishes nothing before the delay is over', async (_, days) => {
  const [rider, stranger] = await riders();
  const points = ridden(0.1).map(([longitude, latitude, elevation = 0, time]): Fix => {
    const early = new Date(Date.parse(time ?? '') - days * 24 * hourMs).toISOString();
    return [longitude, latitude, elevation, early];
  });
  const id = await journeyWith(rider, points, { delay_h: 24 });
  const [timestamp] = points.map(([, , , time]) => time).slice(-1);
  const here = { type: 'Point', coordinates: [13, 47.3] };
  await rider.post(`/v1/journeys/${id}/markers`, { name: 'Here', marker_type: 'past', coordinates: here, timestamp });
  const itinerary = async (viewer: Rider) => (await viewer.get(`/v1/journeys/${id}/itinerary`)).json.items;
  expect([await shown(stranger, id), await presenceOf(id), await itinerary(rider)]).toEqual([[], [], []]);

  expect((await shown(await at(stranger, -23), id)).length).toBe(0);
  expect((await shown(await at(stranger, -25), id)).length).toBeGreaterThan(100);
  const later = await at(rider, -49);
  await later.patch(`/v1/journeys/${id}`, { delay_h: 48 });
  expect((await presenceOf(id)).length > 3).toBe(days < 29);
});

test('a past marker waits again when it is moved or becomes past, but not when it is renamed', async () => {
  const [rider] = await riders();
  const { id } = await createJourney(rider, { visibility: 'discoverable' });
  const timestamp = new Date(now - 100 * hourMs).toISOString();
  const there = (longitude: number) => ({ type: 'Point', coordinates: [longitude, 47.3] });
  const marker = { name: 'Here', marker_type: 'past', coordinates: there(10), timestamp };
  const { json } = await rider.post(`/v1/journeys/${id}/markers`, marker);
  const path = `/v1/journeys/${id}/markers/${json.id}`;
  const later = await at(rider, -49);
  const presentAfter = async (changes: Record<string, unknown>) => {
    await later.patch(path, changes);
    await later.patch(`/v1/journeys/${id}`, { delay_h: 48 });
    return (await presenceOf(id)).length;
  };
  expect(await presentAfter({ name: 'There', coordinates: there(10), timestamp })).toBe(1);
  expect(await presentAfter({ coordinates: there(12) })).toBe(0);
});

test.each([-1, 169, 1.5, '48', null])('a delay of %j is refused', async (delay_h) => {
  const rider = await createRider();
  expect(await rider.post('/v1/journeys', { name: 'x', delay_h })).toMatchObject({ status: 422 });
});
