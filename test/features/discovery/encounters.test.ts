import { describe, expect, test } from 'vitest';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { startOfDayS, unmovedJourneyId } from '../../support/published.ts';
import { runNight } from '../journeys/journeys.ts';
import { presenceOf } from './brute-force.ts';

const along = (from: LonLat, to: LonLat, steps = 200): LonLat[] =>
  Array.from({ length: steps + 1 }, (_, n) => [
    Number((from[0] + ((to[0] - from[0]) * n) / steps).toFixed(6)),
    Number((from[1] + ((to[1] - from[1]) * n) / steps).toFixed(6)),
  ]);

/** A road of 590 km on which only one test's riders are. */
let roads = 0;
function ownRoad(): [LonLat, LonLat] {
  roads += 1;
  const latitude = 25 - roads * 4;
  return [
    [-140, latitude],
    [-134.5, latitude],
  ];
}

async function createPlan(rider: Rider, line: LonLat[], fields: Record<string, unknown> = {}) {
  const schedule = { visibility: 'discoverable', starts_on: '2027-06-01', daily_distance_m: 100_000 };
  const journey = await createJourney(rider, { ...schedule, ...fields });
  await importPlan(rider, journey.id, gpxOf(line));
  return journey;
}

async function createMeeting(fields: Record<string, unknown> = {}) {
  const [anna, ben, [west, east]] = [await createRider(), await createRider({ name: 'Ben of the Road' }), ownRoad()];
  const mine = await createPlan(anna, along(west, east));
  const theirs = await createPlan(ben, along(east, west), { name: 'Westward', ...fields });
  const ask = (query = '') => anna.get(`/v1/journeys/${mine.id}/nearby${query}`);
  return { anna, ben, mine, theirs, ask };
}

describe('encounters', () => {
  test('two riders on one road in opposite directions have one encounter, where and when both pass', async () => {
    const { ask, ben, theirs } = await createMeeting();
    const { status, json, text } = await ask('?radius_m=50000');
    expect(status, text).toBe(200);
    expect(json.items).toHaveLength(1);
    const [encounter] = json.items;
    expect(encounter).toMatchObject({ distance_band_m: 25_000, journey: null, rider: null });
    expect(encounter.stretch.coordinates.length).toBeGreaterThanOrEqual(2);
    expect(encounter.my_days.from >= '2027-06-01' && encounter.my_days.to <= '2027-06-06').toBe(true);
    for (const secret of [ben.id, theirs.id, ben.name, ben.email]) expect(text).not.toContain(secret);
  });

  test('an encounter with a public journey names the journey and its rider', async () => {
    const { ask, ben, theirs } = await createMeeting({ visibility: 'public' });
    const { json } = await ask();
    expect(json.items[0]).toMatchObject({
      journey: { id: theirs.id, name: 'Westward' },
      rider: { id: ben.id, name: 'Ben of the Road' },
    });
  });

  test('an encounter keeps its id for a rider, and has another id for the other rider', async () => {
    const { ask, anna, mine, ben, theirs } = await createMeeting();
    const [first, again] = [await ask(), await ask('?radius_m=200000')];
    expect(first.json.items[0].encounter_id).toBe(again.json.items[0].encounter_id);
    const backwards = await ben.get(`/v1/journeys/${theirs.id}/nearby`);
    expect(backwards.json.items).toHaveLength(1);
    expect(backwards.json.items[0].encounter_id).not.toBe(first.json.items[0].encounter_id);
    expect(anna.id && mine.id).toBeTruthy();
  });

  test('riders a month apart on one road have an encounter only if the days are ignored or the window is wide', async () => {
    const { ask } = await createMeeting({ starts_on: '2027-08-01' });
    expect((await ask()).json.items).toEqual([]);
    expect((await ask('?window_days=90')).json.items).toHaveLength(1);
    expect((await ask('?when=any')).json.items).toHaveLength(1);
  });

  test('riders on the same days of a road have an encounter even with a window of zero days', async () => {
    const [anna, ben, [west, east]] = [await createRider(), await createRider(), ownRoad()];
    const idOf = (rider: Rider) => unmovedJourneyId(rider.id, startOfDayS('2027-06-01'), 86_400);
    const mine = await createPlan(anna, along(west, east), { id: idOf(anna) });
    await createPlan(ben, along(west, east), { id: idOf(ben) });
    expect((await anna.get(`/v1/journeys/${mine.id}/nearby?window_days=0&radius_m=25000`)).json.items).toHaveLength(1);
  });

  test("a rider's own other journeys are left out of a search", async () => {
    const [anna, [west, east]] = [await createRider(), ownRoad()];
    const mine = await createPlan(anna, along(west, east));
    await createPlan(anna, along(east, west));
    expect((await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items).toEqual([]);
  });

  test('a marker without a date is found only if days are ignored, and the encounter then has no days', async () => {
    const [anna, ben, [west, east]] = [await createRider(), await createRider(), ownRoad()];
    const mine = await createPlan(anna, along(west, east));
    const theirs = await createJourney(ben, { visibility: 'discoverable' });
    const marker = { name: 'Here', marker_type: 'plan', coordinates: { type: 'Point', coordinates: west } };
    expect((await ben.post(`/v1/journeys/${theirs.id}/markers`, marker)).status).toBe(201);
    expect((await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items).toEqual([]);
    const { json } = await anna.get(`/v1/journeys/${mine.id}/nearby?when=any`);
    expect(json.items).toMatchObject([{ their_days: null }]);
  });

  test('encounters are sorted by distance and limited to the requested number', async () => {
    const [anna, ben, [west, east]] = [await createRider(), await createRider(), ownRoad()];
    const mine = await createPlan(anna, along(west, east));
    const aside = (north: number) => along([west[0], west[1] + north], [east[0], east[1] + north]);
    for (const north of [1.2, 0.7, 0]) await createPlan(ben, aside(north));
    const { json } = await anna.get(`/v1/journeys/${mine.id}/nearby?radius_m=200000`);
    const bands = json.items.map((item: { distance_band_m: number }) => item.distance_band_m);
    expect(bands).toEqual([25_000, 100_000, 200_000]);
    expect((await anna.get(`/v1/journeys/${mine.id}/nearby?radius_m=200000&limit=1`)).json.items).toHaveLength(1);
  });

  test('of many equally near journeys, a rider always sees the same selection, and another rider a different one', async () => {
    const [ben, [west, east]] = [await createRider(), ownRoad()];
    const crowd = Array.from({ length: 8 }, (_, n) => `Rider ${n} of a race`);
    for (const name of crowd) await createPlan(ben, along(west, east), { name, visibility: 'public' });

    const askers: (() => Promise<{ journey: { name: string } | null }[]>)[] = [];
    for (let n = 0; n < 6; n += 1) {
      const anna = await createRider();
      const { id } = await createPlan(anna, along(west, east));
      askers.push(async () => (await anna.get(`/v1/journeys/${id}/nearby?limit=10`)).json.items);
    }

    const shown = await Promise.all(
      askers.map(async (ask) => {
        const items = await ask();
        expect(await ask()).toEqual(items);
        // A search shows at most three journeys of one rider, so each selection is three of Ben's eight, in some order.
        return items.flatMap(({ journey }) => journey?.name ?? []);
      }),
    );
    expect(shown.every(({ length }) => length === 3)).toBe(true);
    expect(new Set(shown.map(String)).size).toBeGreaterThan(1);
  });
});

test('a search in a crowd fills its limit, lists each journey once, and shows second journeys after all riders', async () => {
  const [west, east] = ownRoad();
  const crowd = async (riders: number, north: number) => {
    const line = along([west[0], west[1] + north], [east[0], east[1] + north], 40);
    for (let rider = 0; rider < riders; rider += 1) {
      const ben = await createRider();
      for (let journey = 0; journey < 2; journey += 1) await createPlan(ben, line);
    }
  };
  await crowd(20, 0);
  await crowd(6, 0.7);
  const anna = await createRider();
  const { id } = await createPlan(anna, along(west, east));

  for (const limit of [1, 2, 10, 20, 24, 26, 30, 46, 50]) {
    const { json } = await anna.get(`/v1/journeys/${id}/nearby?radius_m=100000&limit=${limit}`);
    const items: { encounter_id: string; distance_band_m: number }[] = json.items;
    expect(new Set(items.map(({ encounter_id }) => encounter_id)).size).toBe(limit);
    // First a journey of each rider, the 20 near ones and then the 6 far ones; then second journeys in the same order.
    const near = Math.min(limit, 20) + Math.min(Math.max(limit - 26, 0), 20);
    const bands = Array.from({ length: limit }, (_, n) => (n < near ? 25_000 : 100_000));
    expect(items.map(({ distance_band_m }) => distance_band_m)).toEqual(bands);
  }
});

describe('stored reaches of searches', () => {
  const remembered = (id: string) =>
    sql`
      select r.reach_m, r.xmin::text as written from presence_reaches r join journeys j on j.no = r.journey_no
      where j.id = ${id} order by 1`;
  const reachesOf = async (id: string) => (await remembered(id)).map(({ reach_m }) => reach_m);

  test('a search stores the reaches of the distance bands it used, and of no other radius', async () => {
    const { ask, mine } = await createMeeting();
    expect(await remembered(mine.id)).toEqual([]);
    await ask('?radius_m=500000&limit=1');
    expect(await reachesOf(mine.id)).toEqual([25_000]);
    await ask('?radius_m=60000');
    expect(await reachesOf(mine.id)).toEqual([25_000, 50_000]);
    await ask('?radius_m=500000&when=any');
    expect(await reachesOf(mine.id)).toEqual([25_000, 50_000, 100_000, 200_000, 500_000]);
  });

  test('stored reaches are deleted when the journey changes or is hidden', async () => {
    const { ask, anna, mine } = await createMeeting();
    await ask();
    const first = await remembered(mine.id);
    await ask();
    expect(await remembered(mine.id)).toEqual(first);

    for (const [fields, met] of [
      [{ starts_on: '2027-10-01' }, 0],
      [{ starts_on: '2027-06-01' }, 1],
    ] as const) {
      await anna.patch(`/v1/journeys/${mine.id}`, fields);
      expect(await remembered(mine.id)).toEqual([]);
      expect((await ask()).json.items).toHaveLength(met);
      expect(await reachesOf(mine.id)).toEqual([25_000, 50_000, 100_000]);
    }
    await anna.patch(`/v1/journeys/${mine.id}`, { visibility: 'private' });
    expect(await remembered(mine.id)).toEqual([]);
  });

  test('stored reaches are used only with the presence they were made from', async () => {
    const { ask, mine } = await createMeeting();
    expect((await ask()).json.items).toHaveLength(1);
    await sql`
      update presence_reaches set presence_mark = 'another', blocks = '{}', buckets = '{}', cells = '{}'
      where journey_no = (select no from journeys where id = ${mine.id})`;
    expect((await ask('?radius_m=25000')).json.items).toHaveLength(1);
  });

  test('stored reaches are deleted whenever presence changes, even by other statements', async () => {
    const { ask, mine } = await createMeeting();
    const [journey] = await sql`select no from journeys where id = ${mine.id}`;
    for (const change of [
      () => sql`update presence set visits = visits where journey_no = ${journey?.no}`,
      () => sql`insert into presence values ((5000 << 15) | 20, ${journey?.no}, 1)`,
      () => sql`delete from presence where journey_no = ${journey?.no}`,
    ]) {
      await ask();
      expect(await reachesOf(mine.id)).toContain(25_000);
      await change();
      expect(await remembered(mine.id)).toEqual([]);
    }
  });

  test('simultaneous searches and changes never leave an outdated reach', async () => {
    const { ask, anna, mine } = await createMeeting();
    for (let round = 0; round < 6; round += 1) {
      const days = [`2027-06-0${1 + round}`, `2027-07-0${1 + round}`];
      const edits = days.map((starts_on) => anna.patch(`/v1/journeys/${mine.id}`, { starts_on }));
      const answers = await Promise.all([ask(), ask('?radius_m=500000'), ...edits, ask(), ask('?when=any')]);
      for (const { status, text } of answers) expect(status, text).toBe(200);
      const stale = await sql`
        select from presence_reaches r join journeys j on j.no = r.journey_no
        where j.id = ${mine.id} and r.presence_mark is distinct from presence_mark(j.no)`;
      expect(stale).toEqual([]);
    }
  });

  test('reaches are stored without any encounter, not for a refused search, and are deleted with the journey', async () => {
    const [anna, [west, east]] = [await createRider(), ownRoad()];
    const { id } = await createPlan(anna, along(west, east), { visibility: 'private' });
    await anna.get(`/v1/journeys/${id}/nearby`);
    expect(await remembered(id)).toEqual([]);
    await anna.patch(`/v1/journeys/${id}`, { visibility: 'discoverable' });
    expect((await anna.get(`/v1/journeys/${id}/nearby`)).json.items).toEqual([]);
    expect(await reachesOf(id)).toEqual([25_000, 50_000, 100_000]);

    const [journey] = await sql`select no from journeys where id = ${id}`;
    await anna.delete(`/v1/journeys/${id}`);
    expect(await sql`select from presence_reaches where journey_no = ${journey?.no}`).toEqual([]);
  });
});

describe('riders left out of searches [I31]', () => {
  test('a journey leaves presence at once when it becomes private or deleted, and in the night when completed', async () => {
    const { ask, ben, theirs } = await createMeeting();
    const path = `/v1/journeys/${theirs.id}`;
    const count = async () => [(await ask()).json.items.length, (await presenceOf(theirs.id)).length > 0];

    expect(await count()).toEqual([1, true]);
    await ben.patch(path, { visibility: 'private' });
    expect(await count()).toEqual([0, false]);
    await ben.patch(path, { visibility: 'discoverable' });
    expect(await count()).toEqual([1, true]);
    await ben.patch(path, { delay_h: 0 });
    for (const [action, during, after] of [
      ['complete', [1, true], [0, false]],
      ['activate', [0, false], [1, true]],
    ] as const) {
      await ben.post(`${path}/${action}`);
      expect(await count()).toEqual(during);
      await runNight();
      expect(await count()).toEqual(after);
    }
    await ben.delete(path);
    expect(await count()).toEqual([0, false]);
  });

  test('a disabled rider has no encounters until enabled again [C14]', async () => {
    const { ask, ben } = await createMeeting({ visibility: 'public' });
    const disable = (at: string | null) => sql`update users set disabled_at = ${at} where id = ${ben.id}`;
    await disable(new Date().toISOString());
    expect((await ask()).json.items).toEqual([]);
    await disable(null);
    expect((await ask()).json.items).toHaveLength(1);
  });

  test('a journey moved to other dates has encounters on those at once', async () => {
    const { ask, ben, theirs } = await createMeeting();
    await ben.patch(`/v1/journeys/${theirs.id}`, { starts_on: '2027-09-01' });
    expect((await ask()).json.items).toEqual([]);
    await ben.patch(`/v1/journeys/${theirs.id}`, { starts_on: '2027-06-02' });
    expect((await ask()).json.items).toHaveLength(1);
    await ben.patch(`/v1/journeys/${theirs.id}`, { starts_on: null });
    expect((await ask()).json.items).toEqual([]);
    expect((await ask('?when=any')).json.items).toHaveLength(1);
  });

  test('a marker is found from the moment it is created until it is deleted', async () => {
    const [anna, ben, [west, east]] = [await createRider(), await createRider(), ownRoad()];
    const mine = await createPlan(anna, along(west, east));
    const theirs = await createJourney(ben, { visibility: 'discoverable' });
    const markers = `/v1/journeys/${theirs.id}/markers`;
    const here = { type: 'Point', coordinates: west };
    const { json: marker } = await ben.post(markers, {
      name: 'Camp',
      marker_type: 'plan',
      coordinates: here,
      estimated_time: '2027-06-01T18:00:00Z',
    });
    const meets = async () => (await anna.get(`/v1/journeys/${mine.id}/nearby`)).json.items.length;

    expect(await meets()).toBe(1);
    await ben.patch(`${markers}/${marker.id}`, { coordinates: { type: 'Point', coordinates: [20, 80] } });
    expect(await meets()).toBe(0);
    await ben.patch(`${markers}/${marker.id}`, { coordinates: here });
    expect(await meets()).toBe(1);
    await ben.delete(`${markers}/${marker.id}`);
    expect(await meets()).toBe(0);
  });
});

describe('reciprocity', () => {
  const [west, east] = ownRoad();
  const code = async (rider: Rider, id: string) => {
    const { status, json } = await rider.get(`/v1/journeys/${id}/nearby`);
    return [status, json.code];
  };

  test('a search from a private, undated or completed journey is refused', async () => {
    const anna = await createRider();
    const closed = await createPlan(anna, along(west, east), { visibility: 'private' });
    const undated = await createPlan(anna, along(west, east), { starts_on: null });
    const over = await createPlan(anna, along(west, east));
    await anna.post(`/v1/journeys/${over.id}/complete`);
    expect(await code(anna, closed.id)).toEqual([409, 'discovery.not_discoverable']);
    expect(await code(anna, undated.id)).toEqual([409, 'discovery.undated']);
    expect(await code(anna, over.id)).toEqual([409, 'discovery.completed']);
  });

  test('a refused search discloses no one and stores nothing, even if it ignores days', async () => {
    const [anna, ben, [lon, lat]] = [await createRider(), await createRider(), ownRoad()[0]];
    const undated = { name: 'Here', marker_type: 'plan', coordinates: { type: 'Point', coordinates: [lon, lat] } };
    const place = async (rider: Rider) => {
      const { id } = await createJourney(rider, { visibility: 'discoverable' });
      await rider.post(`/v1/journeys/${id}/markers`, undated);
      return id;
    };
    const [mine, theirs] = [await place(anna), await place(ben)];
    expect((await anna.get(`/v1/journeys/${mine}/nearby?when=any`)).json.code).toBe('discovery.undated');
    const shown = await sql`select from viewings where shown_id = ${ben.id}`;
    const disclosed =
      await sql`select from disclosures where other_no = (select no from journeys where id = ${theirs})`;
    const remembered =
      await sql`select from presence_reaches where journey_no = (select no from journeys where id = ${mine})`;
    expect([shown, disclosed, remembered]).toEqual([[], [], []]);
  });

  test('a rider whose whole ride is too old to be found cannot search, even before the nightly run', async () => {
    const [anna, ben, [lon, lat]] = [await createRider(), await createRider(), ownRoad()[0]];
    const place = async (rider: Rider) => {
      const { id } = await createJourney(rider, { visibility: 'discoverable' });
      const timestamp = new Date(Date.now() - 28.5 * 86_400_000).toISOString();
      const coordinates = { type: 'Point', coordinates: [lon, lat] };
      await rider.post(`/v1/journeys/${id}/markers`, { name: 'Here', marker_type: 'past', coordinates, timestamp });
      await sql`update markers set placed_at = at where journey_id = ${id}`;
      await rider.patch(`/v1/journeys/${id}`, { delay_h: 48 });
      return id;
    };
    const [mine] = [await place(anna), await place(ben)];
    const path = `/v1/journeys/${mine}/nearby?window_days=90`;
    await sql`update markers set at = at - interval '1 day' where journey_id = ${mine}`;
    expect(await presenceOf(mine)).toHaveLength(1);
    for (const query of ['', '&when=any']) expect((await anna.get(path + query)).json.code).toBe('discovery.undated');
    expect(await sql`select from viewings where shown_id = ${ben.id}`).toEqual([]);
    await sql`update markers set at = at + interval '1 day' where journey_id = ${mine}`;
    expect((await anna.get(path)).json.items).toHaveLength(1);
    expect(await sql`select from viewings where shown_id = ${ben.id}`).toHaveLength(1);
  });

  test('only an adult with an old enough account can search', async () => {
    const [minor, fresh] = [await createRider(), await createRider({ createdAt: new Date() })];
    const { id } = await createPlan(minor, along(west, east));
    await minor.patch('/v1/me', { adult: false });
    expect(await code(minor, id)).toEqual([403, 'discovery.adults_only']);
    expect(await code(fresh, (await createPlan(fresh, along(west, east))).id)).toEqual([
      403,
      'discovery.account_too_young',
    ]);
    await minor.patch('/v1/me', { adult: true });
    expect((await minor.get(`/v1/journeys/${id}/nearby`)).status).toBe(200);
  });

  test("a search along another rider's journey answers 404 like an unknown id, public or not [T10]", async () => {
    const [anna, ben] = [await createRider(), await createRider()];
    const theirs = await createPlan(ben, along(west, east), { visibility: 'public' });
    const [foreign, unknown] = [
      await anna.get(`/v1/journeys/${theirs.id}/nearby`),
      await anna.get(`/v1/journeys/${crypto.randomUUID()}/nearby`),
    ];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.json, request_id: '' }).toEqual({ ...unknown.json, request_id: '' });
  });
});

test.each([
  'radius_m=24999',
  'radius_m=500001',
  'radius_m=1e5',
  'window_days=-1',
  'window_days=367',
  'limit=0',
  'limit=51',
  'when=now',
])('a search with %s is refused before any work [K21]', async (query) => {
  const rider = await createRider();
  expect((await rider.get(`/v1/journeys/${crypto.randomUUID()}/nearby?${query}`)).status).toBe(422);
});
