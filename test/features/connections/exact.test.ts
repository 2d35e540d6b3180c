import { describe, expect, test } from 'vitest';
import { createJourney, createRider, type LonLat, type Rider } from '../../support/factories.ts';
import { zoneAt } from '../privacy/zones.ts';
import { type Fix, gpx, importFile, pointsOf, readRoute, track } from '../tracks/lines.ts';
import { createConnection } from './connected.ts';

const hourMs = 3_600_000;

/** Ben lets Anna see his discoverable journey exactly. */
async function createExactGrant() {
  const connected = await createConnection();
  const grant = (exact: boolean) => connected.ben.patch(connected.connection, { exact });
  expect((await grant(true)).status).toBe(200);
  return { ...connected, grant };
}

const seesExactly = async (rider: Rider, path: string) => {
  const [journey, route] = [await rider.get(path), await rider.get(`${path}/route`)];
  return [journey.status, 'starts_on' in journey.json, route.status];
};
const nothing = [404, false, 404];

describe('exact places', () => {
  test('a grant ends when its journey is made private, and does not return when others may see the journey again', async () => {
    const { anna, ben, path } = await createExactGrant();
    expect(await seesExactly(anna, path)).toEqual([200, true, 200]);
    for (const visibility of ['private', 'discoverable'])
      expect((await ben.patch(path, { visibility })).status).toBe(200);
    expect(await seesExactly(anna, path)).toEqual(nothing);
    expect((await ben.get('/v1/connections')).json.items).toMatchObject([{ exact: { granted: false } }]);
  });

  test('a grant shows the days and the line of the journey to the other rider and to no one else', async () => {
    const { anna, ben, path, id } = await createExactGrant();
    const own = (await ben.get(path)).json;
    expect((await anna.get(path)).json).toEqual(own);
    expect((await readRoute(anna, id)).flatMap(pointsOf).length).toBeGreaterThan(1);
    expect(await seesExactly(await createRider(), path)).toEqual(nothing);
    const other = await createJourney(ben, { visibility: 'discoverable' });
    expect(await seesExactly(anna, `/v1/journeys/${other.id}`)).toEqual(nothing);
    expect((await anna.patch(path, { name: 'Mine' })).status).toBe(404);
    expect((await anna.get(`${path}/markers`)).status).toBe(404);
    expect((await anna.get(`${path}/stats`)).status).toBe(404);
  });

  test('the rider who asked for the connection can grant exact places too, to the other rider only', async () => {
    const { anna, ben, connection, annaJourneyPath } = await createConnection();
    expect(await seesExactly(ben, annaJourneyPath)).toEqual(nothing);
    await anna.patch(connection, { exact: true });
    expect(await seesExactly(ben, annaJourneyPath)).toEqual([200, true, 200]);
    expect(await seesExactly(await createRider(), annaJourneyPath)).toEqual(nothing);
    await anna.patch(connection, { exact: false });
    expect(await seesExactly(ben, annaJourneyPath)).toEqual(nothing);
  });

  test('a grant shows a ride without delay, but not its ends and privacy zones', async () => {
    const { anna, ben, id } = await createExactGrant();
    const from: LonLat = [-60, -20];
    const ridden = Array.from(
      { length: 200 },
      (_, n): Fix => [from[0] + n / 100, from[1], 10, new Date(Date.now() - (210 - n) * (hourMs / 30)).toISOString()],
    );
    await importFile(ben, id, gpx(track([ridden])), 'past');
    const shown = async () => (await readRoute(anna, id, '?as=past')).flatMap(pointsOf);
    const whole = await shown();
    expect(whole.at(-1)?.[0]).toBeGreaterThan(from[0] + 1.9);
    expect(whole[0]?.[0]).toBeGreaterThan(from[0] + 0.018);
    await ben.post('/v1/me/privacy-zones', zoneAt([from[0] + 1, from[1]], { radius_m: 5_000 }));
    const cut = await shown();
    expect(cut.length).toBeLessThan(whole.length);
    expect(cut.some(([longitude]) => Math.abs(longitude - from[0] - 1) < 0.04)).toBe(false);
  });

  test.each<[string, (scene: Awaited<ReturnType<typeof createExactGrant>>) => Promise<unknown>]>([
    ['it is withdrawn', ({ grant }) => grant(false)],
    ['the connection ends', ({ anna, connection }) => anna.delete(connection)],
    ['the journey is completed', ({ ben, path }) => ben.post(`${path}/complete`)],
    ['the journey becomes private', ({ ben, path }) => ben.patch(path, { visibility: 'private' })],
    ["the journey's rider hides", ({ ben }) => ben.post('/v1/me/hide')],
    [
      "the journey's rider blocks the other",
      ({ anna, ben }) => ben.post('/v1/blocks', { named_by: 'user_id', user_id: anna.id }),
    ],
    [
      "the other blocks the journey's rider",
      ({ anna, ben }) => anna.post('/v1/blocks', { named_by: 'user_id', user_id: ben.id }),
    ],
  ])('a grant of exact places ends as soon as %s', async (_, end) => {
    const scene = await createExactGrant();
    expect(await seesExactly(scene.anna, scene.path)).toEqual([200, true, 200]);
    await end(scene);
    expect(await seesExactly(scene.anna, scene.path)).toEqual(nothing);
  });
});
