import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { openWithLongDeadline } from '../../../src/db/client.ts';
import { selectDrifted } from '../../../src/features/presence/presence.repository.ts';
import { distanceM } from '../../../src/lib/geodesy.ts';
import { cellAt } from '../../../src/lib/grid.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { presenceOf } from '../discovery/brute-force.ts';
import { pointsOf, readRoute } from '../tracks/lines.ts';
import { zoneAt } from './zones.ts';

const db = openWithLongDeadline({ url: env.DATABASE_URL, endpoint: env.DATABASE_ENDPOINT });

/** A road to the east in steps of about a kilometre. */
const road = (from: number, to: number, latitude = 47.3): LonLat[] =>
  Array.from({ length: Math.round((to - from) * 75) + 1 }, (_, n) => [from + n / 75, latitude]);

async function zone(rider: Rider, center: LonLat, radiusM = 2_000): Promise<string> {
  const { status, json, text } = await rider.post('/v1/me/privacy-zones', zoneAt(center, { radius_m: radiusM }));
  if (status !== 201) throw new Error(text);
  return `/v1/me/privacy-zones/${json.id}`;
}

async function planned(rider: Rider, line: readonly LonLat[], fields: Record<string, unknown> = {}): Promise<string> {
  const schedule = { visibility: 'public', starts_on: '2027-06-01', daily_distance_m: 60_000 };
  const { id } = await createJourney(rider, { ...schedule, ...fields });
  await importPlan(rider, id, gpxOf(line));
  return id;
}

const shownTo = async (rider: Rider, id: string) => (await readRoute(rider, id)).flatMap(pointsOf);
const apartM = ([longitude = 0, latitude = 0]: readonly (number | undefined)[], [x, y]: LonLat) =>
  distanceM([longitude, latitude], [x, y]);
const cellsOf = async (id: string) => new Set((await presenceOf(id)).map(({ cell }) => cell));

async function isInStep(rider: Rider, id: string): Promise<boolean> {
  const stale = await sql`select from tracks t join users u on u.id = ${rider.id}
    where t.journey_id = ${id} and t.zones_revision is distinct from u.zones_revision`;
  return stale.length === 0 && (await selectDrifted(db, [id], new Date())).rows.length === 0;
}

describe('lines within privacy zones', () => {
  test.each([
    ['set before the import', true],
    ['set after the import', false],
  ])('strangers see no point of a public line within a privacy zone %s [I34]', async (_, isFirst) => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const home: LonLat = [11, 47.3];
    if (isFirst) await zone(rider, home);
    const id = await planned(rider, road(10, 12));
    if (!isFirst) {
      expect((await shownTo(stranger, id)).some((point) => apartM(point, home) < 1_500)).toBe(true);
      await zone(rider, home);
    }
    const shown = await shownTo(stranger, id);
    expect(shown.length).toBeGreaterThan(100);
    for (const point of shown) expect(apartM(point, home)).toBeGreaterThan(2_000);
    expect(await readRoute(stranger, id)).toMatchObject([{ geometry: { type: 'MultiLineString' } }]);
    expect((await shownTo(rider, id)).length).toBe(151);
    expect(await isInStep(rider, id)).toBe(true);
  });

  test('two more kilometres are hidden around a privacy zone, so that the cut does not reveal its circle [I34]', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    await zone(rider, [10, 47.3]);
    const id = await planned(rider, road(10, 12));
    const [cover] = await sql`select * from privacy_zones where owner_id = ${rider.id}`;
    const [first = []] = await shownTo(stranger, id);
    expect(apartM(first, [cover?.cover_longitude, cover?.cover_latitude])).toBeGreaterThan(cover?.cover_radius_m + 900);
  });

  test('a detour within a privacy zone changes no byte of what others see', async () => {
    const [rider, asker] = [await createRider(), await createRider()];
    const home: LonLat = [10.5, -46.3];
    await zone(rider, home, 5_000);
    const mine = await planned(asker, road(9.5, 12, -46.5), { visibility: 'discoverable' });
    const id = crypto.randomUUID();
    const before = road(9, 10.4, -46.3);
    const after = road(10.6, 13, -46.3);
    const inside: LonLat[][] = [
      [],
      [[10.5, -46.3]],
      [
        [10.47, -46.29],
        [10.53, -46.32],
        [10.47, -46.31],
        [10.53, -46.28],
      ],
    ];
    const answers: string[] = [];
    for (const way of inside) {
      await createJourney(rider, { id, visibility: 'public', starts_on: '2027-06-01', daily_distance_m: 20_000 });
      await importPlan(rider, id, gpxOf([...before, ...way, ...after]));
      if (way[0])
        await rider.post(`/v1/journeys/${id}/markers`, {
          name: 'Bed',
          marker_type: 'plan',
          coordinates: { type: 'Point', coordinates: way[0] },
        });
      await sql`update tracks set id = ${rider.id} where journey_id = ${id}`;
      const seen = [`/v1/journeys/${id}/route`, `/v1/journeys/${id}`, `/v1/journeys/${mine}/nearby?radius_m=25000`];
      for (const path of [...seen, `/v1/journeys/${mine}/nearby?when=any`]) {
        const { status, text } = await asker.get(path);
        expect([status, text.length > 50]).toEqual([200, true]);
        answers.push(text);
      }
      await rider.delete(`/v1/journeys/${id}`);
    }
    expect(answers[2]).toContain('encounter_id');
    expect(answers.slice(4, 8)).toEqual(answers.slice(0, 4));
    expect(answers.slice(8)).toEqual(answers.slice(0, 4));
  });

  test('lines and markers within a privacy zone have no presence until the zone is deleted', async () => {
    const rider = await createRider();
    // In the middle of its cell, so that the zone covers all of the road in it.
    const center: LonLat = [11.15, 47.3];
    const id = await planned(rider, road(10, 12));
    const far: LonLat = [11.16, 47.31];
    await rider.post(`/v1/journeys/${id}/markers`, {
      name: 'Bed',
      marker_type: 'plan',
      coordinates: { type: 'Point', coordinates: far },
      estimated_time: '2029-01-01T12:00:00Z',
    });
    const everything = await presenceOf(id);
    expect((await cellsOf(id)).has(cellAt(center))).toBe(true);
    const path = await zone(rider, center, 20_000);
    expect((await cellsOf(id)).has(cellAt(center))).toBe(false);
    expect((await cellsOf(id)).size).toBeGreaterThan(1);
    expect(await isInStep(rider, id)).toBe(true);
    await rider.patch(path, { coordinates: { type: 'Point', coordinates: [0, 0] } });
    expect(await presenceOf(id)).toEqual(everything);
    await rider.patch(path, { coordinates: { type: 'Point', coordinates: center } });
    expect((await presenceOf(id)).length).toBeLessThan(everything.length);
    await rider.delete(path);
    expect(await presenceOf(id)).toEqual(everything);
    expect(await isInStep(rider, id)).toBe(true);
  });

  test('a journey entirely within a privacy zone has no presence and no public line', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    await zone(rider, [11, 47.3], 20_000);
    const id = await planned(rider, road(10.95, 11.05));
    expect(await presenceOf(id)).toEqual([]);
    expect(await readRoute(stranger, id)).toEqual([]);
    expect(await readRoute(rider, id)).toHaveLength(1);
  });

  test('a privacy zone on the antimeridian cuts a line on both sides [K8]', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    await zone(rider, [179.999, -50.3], 5_000);
    const line = road(179, 181, -50.3).map(
      ([longitude, latitude]): LonLat => [longitude > 180 ? longitude - 360 : longitude, latitude],
    );
    const id = await planned(rider, line);
    const shown = await shownTo(stranger, id);
    expect(shown.length).toBeGreaterThan(80);
    for (const point of shown) expect(apartM(point, [179.999, -50.3])).toBeGreaterThan(5_000);
    expect(await isInStep(rider, id)).toBe(true);
  });

  test('a long segment is not drawn through a privacy zone', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    await zone(rider, [11, 47.3]);
    const id = await planned(rider, [...road(9, 10.5), ...road(11.5, 13)]);
    const lines = await readRoute(stranger, id);
    expect(lines.flatMap(pointsOf).every(([longitude]) => longitude <= 10.51 || longitude >= 11.49)).toBe(true);
    expect(lines).toMatchObject([{ geometry: { type: 'MultiLineString' } }]);
  });

  test('a private line is cut by zones in the change that makes it visible', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const id = await planned(rider, road(10, 12), { visibility: 'private' });
    await zone(rider, [11, 47.3]);
    await rider.patch(`/v1/journeys/${id}`, { visibility: 'public' });
    for (const point of await shownTo(stranger, id)) expect(apartM(point, [11, 47.3])).toBeGreaterThan(2_000);
    expect(await isInStep(rider, id)).toBe(true);
  });

  test('a line or marker added while a zone is created gets no presence within it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const rider = await createRider();
      const { id } = await createJourney(rider, { visibility: 'discoverable' });
      const marker = (longitude: number) => ({
        name: 'Bed',
        marker_type: 'plan',
        coordinates: { type: 'Point', coordinates: [longitude, 40] },
        estimated_time: '2029-01-01T12:00:00Z',
      });
      const add = (markers: unknown[]) => rider.post(`/v1/journeys/${id}/markers/batch`, { markers });
      // Many elsewhere, so that bringing presence in step takes its time.
      for (let n = 0; n < 4; n += 1) await add(Array.from({ length: 500 }, () => marker(-30)));
      const elsewhere = await presenceOf(id);
      // One alone: the next would mend what the one before has missed.
      const answers = await Promise.all([add([marker(30)]), rider.post('/v1/me/privacy-zones', zoneAt([30, 40]))]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(elsewhere).toHaveLength(1);
      expect(await presenceOf(id)).toEqual(elsewhere);
    }
  });
});
