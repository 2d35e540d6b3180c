import { describe, expect, test } from 'vitest';
import { distanceM } from '../../../src/lib/geodesy.ts';
import { sql } from '../../support/db.ts';
import {
  createJourney,
  createRider,
  freshToken,
  gpxOf,
  importPlan,
  type LonLat,
  type Rider,
} from '../../support/factories.ts';
import { createConnectedPair } from '../connections/pair.ts';
import { presenceOf } from '../discovery/brute-force.ts';
import { pointsOf, readRoute } from '../tracks/lines.ts';
import { addLines } from '../usage/full-account.ts';
import { addLongLines, pointOn } from './long-lines.ts';
import {
  failPieces,
  heavyJourney,
  isPublishing,
  makeHeavy,
  resume,
  runPublishing,
  untilPublished,
} from './unfinished.ts';
import { zoneAt } from './zones.ts';

const road = (from: number, to: number, latitude = 47.3): LonLat[] =>
  Array.from({ length: Math.round((to - from) * 75) + 1 }, (_, n) => [from + n / 75, latitude]);

async function setZone(rider: Rider, center: LonLat): Promise<string> {
  const { status, json, text } = await rider.post('/v1/me/privacy-zones', zoneAt(center));
  expect(status, text).toBe(201);
  return `/v1/me/privacy-zones/${json.id}`;
}

const nearest = (points: readonly (readonly [number, number, number?])[], place: LonLat): number =>
  Math.min(...points.map(([longitude, latitude]) => distanceM([longitude, latitude], [...place])));

const publishedOf = async (id: string) => [
  await sql`select shown_from_m, shown_to_m, shown_along_m, published_m from tracks where journey_id = ${id} order by ordinal`,
  await sql`select first_at, pace_m, draws, clock_from, camp_cells, camp_at from published_plans where journey_id = ${id}`,
  await presenceOf(id),
];

describe('a rider with much data', () => {
  test('a privacy zone counts at once for a rider with long lines and many zones, and the job shows them once they are cut [I37]', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const [west, farWest] = [-30, 40];
    for (let n = 0; n < 19; n += 1) await setZone(rider, pointOn(west, (n + 1) / 20));
    const schedule = { starts_on: '2027-06-01', daily_distance_m: 60_000 };
    const [{ id }, { id: farId }] = [await createJourney(rider, schedule), await createJourney(rider, schedule)];
    const ids = [id, farId];
    await addLongLines(
      [
        { id, west },
        { id: farId, west: farWest },
      ],
      1,
    );
    for (const each of ids) {
      const { status, json, headers } = await rider.patch(`/v1/journeys/${each}`, { visibility: 'public' });
      expect([status, json.is_publishing, headers.get('ETag')]).toEqual([200, true, '"2-publishing"']);
    }
    await untilPublished(rider, ...ids);
    const piecesOf = async (each: string) =>
      (
        await sql`select cardinality(shown_from_m) as pieces from tracks where journey_id = ${each} order by ordinal`
      ).map(({ pieces }) => pieces);
    expect(await piecesOf(farId)).toEqual([1]);
    expect(await piecesOf(id)).toEqual([expect.any(Number)]);

    failPieces();
    const home = pointOn(farWest, 0.5);
    await setZone(rider, home);
    for (const each of ids) {
      expect(await readRoute(stranger, each)).toEqual([]);
      expect(await presenceOf(each)).toEqual([]);
      expect(await isPublishing(rider, each)).toBe(true);
    }

    const pieces = resume();
    await runPublishing();
    // A piece for each line, and one that finds no more work.
    expect(pieces.asked).toBe(3);
    expect(await piecesOf(farId)).toEqual([2]);
    const [cut] =
      await sql`select shown_from_m, shown_to_m, distance_m from tracks where journey_id = ${farId} and ordinal = 0`;
    expect(cut?.shown_to_m[0]).toBeLessThan(cut?.distance_m / 2 - 2_000);
    expect(cut?.shown_from_m[1]).toBeGreaterThan(cut?.distance_m / 2 + 2_000);
    for (const each of ids) {
      expect(await isPublishing(rider, each)).toBe(false);
      expect((await presenceOf(each)).length).toBeGreaterThan(10);
      expect((await stranger.get(`/v1/journeys/${each}/itinerary`)).json.items.length).toBeGreaterThan(1);
    }
    // Tests that read the whole database would read millions of numbers.
    for (const each of ids) await rider.delete(`/v1/journeys/${each}`);
  });

  test('the work after the response shows the lines of a zone that is set, without any job', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const id = await heavyJourney(rider, road(10, 12));
    await setZone(rider, [11, 47.3]);
    await untilPublished(rider, id);
    const shown = (await readRoute(stranger, id)).flatMap(pointsOf);
    expect(shown.length).toBeGreaterThan(100);
    expect(nearest(shown, [11, 47.3])).toBeGreaterThan(2_000);
  });

  test('a second zone that is set before lines are cut for the first counts too [I37]', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const id = await heavyJourney(rider, road(10, 13));
    failPieces();
    await setZone(rider, [11, 47.3]);
    await setZone(rider, [12, 47.3]);
    expect(await readRoute(stranger, id)).toEqual([]);
    resume();
    await runPublishing();
    const shown = (await readRoute(stranger, id)).flatMap(pointsOf);
    expect(shown.length).toBeGreaterThan(100);
    for (const home of [11, 12]) expect(nearest(shown, [home, 47.3])).toBeGreaterThan(2_000);
  });

  test('a zone that is deleted before lines are cut for it changes nothing of what others see', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const id = await heavyJourney(rider, road(10, 12));
    const [before, route] = [await publishedOf(id), (await stranger.get(`/v1/journeys/${id}/route`)).text];
    failPieces();
    const zone = await setZone(rider, [11, 47.3]);
    expect(await readRoute(stranger, id)).toEqual([]);
    expect((await rider.delete(zone)).status).toBe(204);
    resume();
    await runPublishing();
    expect(await publishedOf(id)).toEqual(before);
    expect((await stranger.get(`/v1/journeys/${id}/route`)).text).toBe(route);
  });

  test('a journey that is published in pieces shows the same days and places as one that is published at once', async () => {
    const [rider, id] = [await createRider(), crypto.randomUUID()];
    await setZone(rider, [11, 47.3]);
    const camp = {
      name: 'Camp',
      marker_type: 'plan',
      coordinates: { type: 'Point', coordinates: [11.9, 47.5] },
      estimated_time: '2027-06-03T18:00:00Z',
    };
    const worlds: unknown[] = [];
    for (const isHeavy of [false, true]) {
      await createJourney(rider, { id, starts_on: '2027-06-01', daily_distance_m: 60_000 });
      await importPlan(rider, id, gpxOf(road(10, 12)));
      await rider.post(`/v1/journeys/${id}/markers`, camp);
      if (isHeavy) await makeHeavy(id);
      failPieces();
      const { json } = await rider.patch(`/v1/journeys/${id}`, { visibility: 'public' });
      expect(json.is_publishing).toBe(isHeavy);
      resume();
      await runPublishing();
      worlds.push([await publishedOf(id), await sql`select clock_from from journeys where id = ${id}`]);
      await rider.delete(`/v1/journeys/${id}`);
      await sql`delete from published_plans where journey_id = ${id}`;
    }
    expect(worlds[1]).toEqual(worlds[0]);
  });

  test('a journey that is made private while it is being published stays hidden, and is published when it is shown again', async () => {
    const [rider, stranger] = [await createRider(), await createRider()];
    const id = await heavyJourney(rider, road(10, 12));
    failPieces();
    await setZone(rider, [11, 47.3]);
    expect((await rider.patch(`/v1/journeys/${id}`, { visibility: 'private' })).json.is_publishing).toBe(false);
    resume();
    await runPublishing();
    expect((await stranger.get(`/v1/journeys/${id}/route`)).status).toBe(404);
    expect((await rider.patch(`/v1/journeys/${id}`, { visibility: 'public' })).json.is_publishing).toBe(true);
    await untilPublished(rider, id);
    const shown = (await readRoute(stranger, id)).flatMap(pointsOf);
    expect(shown.length).toBeGreaterThan(100);
    expect(nearest(shown, [11, 47.3])).toBeGreaterThan(2_000);
  });
});

describe('while a journey is being published', () => {
  test('nobody but its rider sees a line, a day, a place or an encounter of it [I37]', async () => {
    const { anna, ben, id: connection } = await createConnectedPair();
    const as = async ({ rider }: { rider: Rider }) => ({ token: await freshToken(rider) });
    await anna.rider.patch(`/v1/connections/${connection}`, { exact: true }, await as(anna));
    await makeHeavy(anna.journeyId);
    const path = `/v1/journeys/${anna.journeyId}`;
    const listOf = async (url: string): Promise<unknown[]> => {
      const { status, json, text } = await ben.rider.get(url, await as(ben));
      expect(status, text).toBe(200);
      return json.items ?? json.features;
    };
    const ways = [`${path}/route`, `${path}/days`, `${path}/itinerary`, `/v1/journeys/${ben.journeyId}/nearby`];
    for (const way of ways) expect((await listOf(way)).length, way).toBeGreaterThan(0);
    failPieces();
    await setZone(anna.rider, [-170, -60]);
    for (const way of ways) expect(await listOf(way), way).toEqual([]);
    expect((await anna.rider.get(`${path}/nearby`)).json.code).toBe('discovery.publishing');
    expect((await anna.rider.get(`${path}/days`)).json.items.length).toBeGreaterThan(0);
    resume();
    await runPublishing();
    for (const way of ways) expect((await listOf(way)).length, way).toBeGreaterThan(0);
  });

  test('whether a journey waits does not depend on where the zone is [I37]', async () => {
    for (const center of [[11, 47.3] as const, [-170, -60] as const]) {
      const rider = await createRider();
      const id = await heavyJourney(rider, road(10, 12));
      const { id: small } = await createJourney(rider, { visibility: 'public' });
      await addLines(small, 3);
      failPieces();
      await setZone(rider, center);
      expect([await isPublishing(rider, id), await isPublishing(rider, small)]).toEqual([true, false]);
      resume();
      await runPublishing();
    }
  });

  test('an ETag from before does not hide from the rider that publishing is over', async () => {
    const rider = await createRider();
    const id = await heavyJourney(rider, road(10, 12));
    failPieces();
    await setZone(rider, [11, 47.3]);
    const path = `/v1/journeys/${id}`;
    const waiting = await rider.get(path);
    const tag = waiting.headers.get('ETag') ?? '';
    const again = (known: string) => rider.get(path, { headers: { 'If-None-Match': known } });
    expect((await again(tag)).status).toBe(304);
    resume();
    await runPublishing();
    const { status, json } = await again(tag);
    expect([status, json.is_publishing]).toEqual([200, false]);
    expect((await rider.patch(path, { name: 'Home' }, { headers: { 'If-Match': tag } })).status).toBe(200);
  });
});

describe('the job that publishes', () => {
  const waitingSince = async (id: string): Promise<string> => {
    const [row] = await sql`select publishing_since from journeys where id = ${id}`;
    return row?.publishing_since;
  };

  test('does a bounded number of pieces for one rider, so that others have their turn', async () => {
    const [busy, other] = [await createRider(), await createRider()];
    const { id: much } = await createJourney(busy, { visibility: 'public' });
    await addLines(much, 45, { points: 300_000 });
    const little = await heavyJourney(other, road(10, 12));
    failPieces();
    await setZone(busy, [-170, -60]);
    await setZone(other, [-170, -60]);
    resume();
    await runPublishing();
    const uncut = await sql`select from tracks where journey_id = ${much} and zones_revision is null`;
    expect(uncut).toHaveLength(5);
    expect([await isPublishing(busy, much), await isPublishing(other, little)]).toEqual([true, false]);
    await runPublishing();
    expect(await isPublishing(busy, much)).toBe(false);
  });

  test('goes on with other riders when one fails, who waits behind them then', async () => {
    const [failing, other] = [await createRider(), await createRider()];
    const ids = [await heavyJourney(failing, road(10, 12)), await heavyJourney(other, road(10, 12))] as const;
    failPieces();
    await setZone(failing, [-170, -60]);
    await setZone(other, [-170, -60]);
    const before = await waitingSince(ids[0]);
    failPieces(failing.id);
    await runPublishing();
    expect([await isPublishing(failing, ids[0]), await isPublishing(other, ids[1])]).toEqual([true, false]);
    expect(Date.parse(await waitingSince(ids[0]))).toBeGreaterThan(Date.parse(before));
    resume();
    await runPublishing();
    expect(await isPublishing(failing, ids[0])).toBe(false);
  });
});
