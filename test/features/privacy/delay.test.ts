import { expect, test } from 'vitest';
import { clientWith } from '../../support/app.ts';
import { setTime } from '../../support/clock.ts';
import { createJourney, createRider, freshToken, type LonLat, type Rider } from '../../support/factories.ts';
import { presenceOf } from '../discovery/brute-force.ts';
import { type Fix, gpx, importFile, pointsOf, readRoute, track } from '../tracks/lines.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2032, 5, 1);

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
    const id = await journeyWith(rider, ridden(oldEnough), { delay_h });
    expect((await shown(stranger, id)).length).toBeGreaterThan(100);
    if (tooYoung === undefined) return;
    const young = await journeyWith(rider, ridden(tooYoung), { delay_h });
    const seen = await shown(stranger, young);
    const latest = Math.max(...seen.map(([longitude]) => longitude));
    const ended = (ridden(tooYoung)[200]?.[0] ?? 0) - (1 * 20) / 75;
    expect(latest).toBeLessThanOrEqual(ended + 0.02);
    expect((await shown(rider, young)).length).toBe(201);
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
  const [rider] = await riders();
  expect(await presenceOf(await journeyWith(rider, ridden(30), { delay_h: 0 }))).toEqual([]);
  expect((await presenceOf(await journeyWith(rider, ridden(60), { delay_h: 0 }))).length).toBeGreaterThan(3);
  const id = await journeyWith(rider, ridden(60), { delay_h: 168 });
  expect(await presenceOf(id)).toEqual([]);
  await rider.patch(`/v1/journeys/${id}`, { delay_h: 48 });
  expect((await presenceOf(id)).length).toBeGreaterThan(3);
});

test.each([-1, 169, 1.5, '48', null])('a delay of %j is refused', async (delay_h) => {
  const rider = await createRider();
  expect(await rider.post('/v1/journeys', { name: 'x', delay_h })).toMatchObject({ status: 422 });
});
