import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { cellAt, mapCellBox, mapCellsIn } from '../../../src/lib/grid.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, type LonLat, type Rider } from '../../support/factories.ts';
import { unmovedJourneyId } from '../../support/published.ts';

const count = () => runScheduled('47 3 * * *', env, { now: () => new Date(), newId: () => crypto.randomUUID() });

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const dayIn = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

async function camp(rider: Rider, [longitude, latitude]: LonLat, day: string, visibility = 'discoverable') {
  const at = `${day}T12:00:00Z`;
  const { id } = await createJourney(rider, { id: unmovedJourneyId(rider.id, Date.parse(at) / 1_000), visibility });
  const { status, text } = await rider.post(`/v1/journeys/${id}/markers`, {
    name: 'Camp',
    marker_type: 'plan',
    coordinates: { type: 'Point', coordinates: [longitude, latitude] },
    estimated_time: at,
  });
  expect(status, text).toBe(201);
  return id;
}

async function crowd(size: number, place: LonLat, day: string): Promise<Rider[]> {
  const riders = await Promise.all(Array.from({ length: size }, () => createRider()));
  for (const rider of riders) await camp(rider, place, day);
  return riders;
}

const around = (day: string): string => {
  const time = Date.parse(day);
  const on = (days: number) => new Date(time + days * dayMs).toISOString().slice(0, 10);
  return `from=${on(-6)}&to=${on(6)}`;
};

describe('crowds on the map', () => {
  test('a cell of the map counts riders in steps of five and hides fewer than five', async () => {
    const day = dayIn(40);
    const [many, few]: [LonLat, LonLat] = [
      [-30.05, 40.05],
      [-28.5, 40.05],
    ];
    await crowd(19, many, day);
    await crowd(4, few, day);
    await count();
    const viewer = await createRider();
    const { status, json, text } = await viewer.get(`/v1/discover?bbox=-32,39,-27,41&zoom=9&${around(day)}`);
    expect(status, text).toBe(200);
    expect(json).toMatchObject({ cell_size_m: 25_000, next_cursor: null });
    expect(json.items).toHaveLength(1);
    const [{ bbox, riders }] = json.items;
    expect(riders).toBe(15);
    expect(bbox).toEqual(mapCellBox(0, cellAt(many)).map((degrees) => Math.round(degrees * 1e7) / 1e7));
    expect(bbox[0] <= many[0] && many[0] < bbox[2] && bbox[1] <= many[1] && many[1] < bbox[3]).toBe(true);

    const near = await viewer.get(`/v1/nearby?lon=-29.5&lat=40.05&radius_m=100000&${around(day)}`);
    expect(near.json).toEqual(json);
    const far = await viewer.get(`/v1/nearby?lon=-24&lat=40.05&radius_m=100000&${around(day)}`);
    expect(far.json.items).toEqual([]);
    const later = await viewer.get(`/v1/discover?bbox=-32,39,-27,41&zoom=9&from=${dayIn(80)}`);
    expect(later.json.items).toEqual([]);
  });

  test('a map zoomed out has coarser cells that contain the riders of the finer ones', async () => {
    const day = dayIn(50);
    const place: LonLat = [-30.05, 33.05];
    await crowd(11, place, day);
    await count();
    const viewer = await createRider();
    for (const [zoom, cellSizeM] of [
      [7, 25_000],
      [6, 100_000],
      [4, 100_000],
      [3, 400_000],
      [0, 400_000],
    ]) {
      const { json } = await viewer.get(`/v1/discover?bbox=-31,32.5,-29,33.5&zoom=${zoom}&${around(day)}`);
      expect(json.cell_size_m).toBe(cellSizeM);
      expect(json.items.some(({ riders }: { riders: number }) => riders >= 5)).toBe(true);
    }
    const whole = await viewer.get(`/v1/discover?bbox=-180,-90,180,90&zoom=22&${around(day)}`);
    expect(whole.json.cell_size_m).toBe(400_000);
  });

  test('a rider counts once in a cell, however many journeys lead there', async () => {
    const [day, place, rider] = [dayIn(60), [-30.05, 27.05] as LonLat, await createRider()];
    for (let n = 0; n < 12; n += 1) await camp(rider, place, day);
    await count();
    const { json } = await rider.get(`/v1/discover?bbox=-31,26.5,-29,27.5&zoom=9&${around(day)}`);
    expect(json.items).toEqual([]);
  });

  test('crowds count only riders who may use discovery themselves and whose accounts are older than 30 days [I31]', async () => {
    const [day, place, viewer] = [dayIn(65), [-30.05, 15.05] as LonLat, await createRider()];
    const young = { createdAt: new Date(Date.now() - 29 * 24 * hourMs) };
    const makers = Array.from({ length: 10 }, (_, n) => createRider(n % 2 ? {} : young));
    for (const [n, rider] of (await Promise.all(makers)).entries()) {
      await camp(rider, place, day);
      if (n % 2) await rider.patch('/v1/me', { adult: false });
    }
    await count();
    const { json } = await viewer.get(`/v1/discover?bbox=-31,14.5,-29,15.5&zoom=9&${around(day)}`);
    expect(json.items).toEqual([]);
  });

  test('private journeys and disabled or deleted riders leave the crowds with the next count [I31, C14]', async () => {
    const [day, place] = [dayIn(70), [-30.05, 21.05] as LonLat];
    const riders = await crowd(10, place, day);
    const viewer = await createRider();
    const ask = async () => {
      await count();
      const { json } = await viewer.get(`/v1/discover?bbox=-31,20.5,-29,21.5&zoom=9&${around(day)}`);
      return json.items.length;
    };
    expect(await ask()).toBe(1);
    const [first, second, third, ...others] = riders;
    const journeys = await sql`select id from journeys where owner_id = ${first?.id}`;
    await first?.patch(`/v1/journeys/${journeys[0]?.id}`, { visibility: 'private' });
    await second?.delete('/v1/me');
    await sql`update users set disabled_at = now() where id = ${third?.id}`;
    for (const { id } of others.slice(0, 3)) await sql`update users set disabled_at = now() where id = ${id}`;
    expect(await ask()).toBe(0);
  });

  test('crowds are deleted with their riders, and a repeated count changes nothing', async () => {
    const [day, place] = [dayIn(90), [-30.05, -58.05] as LonLat];
    // Only this place, since other tests have riders on its parallel.
    const cells = [0, 2, 4].map((level) => mapCellsIn(level, [...place, ...place])[0]?.first ?? -1);
    const rows = () =>
      sql`select level, bucket, riders from crowds
        where (level, cell) in (select * from unnest('{0,2,4}'::smallint[], ${cells}::int[])) order by 1, 2`;
    const riders = await crowd(9, place, day);
    await count();
    const counted = await rows();
    expect(counted.length).toBeGreaterThan(0);
    await Promise.all([count(), count()]);
    expect(await rows()).toEqual(counted);
    for (const rider of riders) await rider.delete('/v1/me');
    await count();
    expect(await rows()).toEqual([]);
  });

  test('only an adult with an old enough account sees crowds', async () => {
    const rider = await createRider({ adult: false });
    for (const path of ['/v1/discover?bbox=0,0,1,1', '/v1/nearby?lon=0&lat=0']) {
      const { status, json } = await rider.get(path);
      expect([status, json.code]).toEqual([403, 'discovery.adults_only']);
    }
  });

  test.each([
    ['bbox', '/v1/discover?zoom=3'],
    ['bbox', '/v1/discover?bbox=1,2,3'],
    ['zoom', '/v1/discover?bbox=0,0,1,1&zoom=23'],
    ['to', '/v1/discover?bbox=0,0,1,1&from=2027-02-02&to=2027-02-01'],
    ['to', '/v1/discover?bbox=0,0,1,1&from=2027-02-02&to=2028-02-04'],
    ['lon', '/v1/nearby?lon=181&lat=0'],
    ['lat', '/v1/nearby?lon=1'],
    ['radius_m', '/v1/nearby?lon=1&lat=1&radius_m=500001'],
    ['to', '/v1/nearby?lon=1&lat=1&from=2027-02-02&to=2027-02-01'],
  ])('the invalid parameter %s in %s is refused by name', async (path, target) => {
    const { status, json } = await (await createRider()).get(target);
    expect([status, json.errors?.[0]?.path]).toEqual([422, path]);
  });
});

describe('cells of the map', () => {
  test('the cells of the map are the same in the database and in the Worker', async () => {
    for (const level of [0, 2, 4]) {
      for (const position of [
        [16, 48],
        [-179.99, 66],
        [179.99, -12],
        [0, 89.95],
        [10, -89.99],
      ] as const) {
        const [longitude, latitude] = position;
        const [run] = mapCellsIn(level, [longitude, latitude, longitude, latitude]);
        const box = mapCellBox(level, run?.first ?? -1);
        expect(run?.first).toBe(run?.last);
        expect(box[0] <= longitude && longitude <= box[2] && box[1] <= latitude && latitude <= box[3]).toBe(true);
      }
      const [west, east] = [mapCellsIn(level, [170, 0, 180, 0.1]), mapCellsIn(level, [-180, 0, -170, 0.1])];
      const across = mapCellsIn(level, [170, 0, -170, 0.1]);
      const order = (runs: { first: number; last: number }[]) =>
        runs.map(({ first, last }) => `${first}-${last}`).sort();
      expect(order(across)).toEqual(order([...west, ...east]));
    }
  });
});
