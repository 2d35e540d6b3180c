import { expect, test } from 'vitest';
import { maxRowsWithin } from '../../../src/features/discovery/encounter.rules.ts';
import { sql } from '../../support/db.ts';
import { createJourney, createRider, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';

/** Roads of 440 km on which only one test's riders are. */
let roads = 0;
function ownRoad(): (north?: number) => string {
  roads += 1;
  const latitude = -44.5 - 2.5 * roads;
  return (north = 0) =>
    gpxOf(Array.from({ length: 100 }, (_, n): LonLat => [20 + n / 20, Number((latitude + north).toFixed(3))]));
}

async function createPlan(rider: Rider, road: string, name = 'A plan'): Promise<string> {
  const schedule = { visibility: 'public', starts_on: '2027-06-01', daily_distance_m: 100_000 };
  const journey = await createJourney(rider, { ...schedule, name });
  await importPlan(rider, journey.id, road);
  return journey.id;
}

/** Gives a rider journeys that each have one cell and one bucket of another journey, as one marker gives them. */
const insertDecoys = (ownerId: string, count: number, journeyId: string) => sql`
  with decoys as (
    insert into journeys (id, no, owner_id, name, visibility, shift_s, skew, created_at, updated_at)
    select gen_random_uuid(), next_journey_no_of(${ownerId}), ${ownerId}, 'Decoy', 'public', 0, 0, now(), now()
    from generate_series(1, ${count}::int) returning no
  )
  insert into presence
  select p.place, d.no, p.visits & -p.visits from decoys d, lateral (
    select p.place, p.visits from presence p join journeys j on j.no = p.journey_no
    where j.id = ${journeyId} and d.no > 0 order by hashint8extended(d.no, p.place) limit 1) p`;

type Item = { journey: { name: string }; rider: { id: string } };

test('riders with one journey each are shown beside twenty accounts with as many journeys as they may have', async () => {
  const [asker, road] = [await createRider(), ownRoad()];
  const asking = await createPlan(asker, road());
  const names = ['One', 'Two', 'Three', 'Four', 'Five'];
  for (const name of names) await createPlan(await createRider(), road(), name);
  for (let n = 0; n < 20; n += 1) await insertDecoys((await createRider()).id, 20, asking);

  const { json } = await asker.get(`/v1/journeys/${asking}/nearby`);
  const items: Item[] = json.items;
  expect(items).toHaveLength(50);
  const shown = items.map(({ journey }) => journey.name);
  expect(shown.filter((name) => name !== 'Decoy').sort()).toEqual([...names].sort());

  const riders = items.map(({ rider }) => rider.id);
  expect(new Set(riders).size).toBe(25);
  // The order of the answer says nothing about riders: it is neither by rider nor first journeys first.
  expect(new Set(riders.slice(0, 25)).size).toBeLessThan(25);
  const again = await asker.get(`/v1/journeys/${asking}/nearby`);
  expect(again.json.items).toEqual(items);
});

test('a rider who is farther away is shown before second journeys of near riders', async () => {
  const [asker, road] = [await createRider(), ownRoad()];
  const asking = await createPlan(asker, road());
  for (let n = 0; n < 2; n += 1) {
    const near = await createRider();
    for (let journey = 0; journey < 3; journey += 1) await createPlan(near, road(), 'Near');
  }
  await createPlan(await createRider(), road(0.7), 'Far');
  const ask = async (limit: number) => {
    const { json } = await asker.get(`/v1/journeys/${asking}/nearby?limit=${limit}`);
    return json.items.map(({ journey }: Item) => journey.name);
  };
  expect(await ask(2)).toEqual(['Near', 'Near']);
  expect(await ask(3)).toEqual(['Near', 'Near', 'Far']);
  expect(await ask(7)).toEqual([...Array.from({ length: 6 }, () => 'Near'), 'Far']);
});

test('the order of second and third journeys does not repeat the order of their riders, which would show whose they are', async () => {
  const road = ownRoad();
  for (const name of ['A', 'B', 'C', 'D', 'E']) {
    const rider = await createRider();
    for (let n = 0; n < 3; n += 1) await createPlan(rider, road(), name);
  }
  const asker = await createRider();
  /** The names of the riders of second journeys, and those of third ones, in the order in which a larger limit adds them. */
  const ordersOf = async (asking: string) => {
    const added: string[] = [];
    let seen: string[] = [];
    for (let limit = 5; limit <= 15; limit += 1) {
      const { json } = await asker.get(`/v1/journeys/${asking}/nearby?limit=${limit}`);
      const items: (Item & { encounter_id: string })[] = json.items;
      const isNew = ({ encounter_id }: (typeof items)[number]) => !seen.includes(encounter_id);
      if (limit > 5) added.push(...items.filter(isNew).map(({ journey }) => journey.name));
      seen = items.map(({ encounter_id }) => encounter_id);
    }
    return [added.slice(0, 5).join(''), added.slice(5).join('')];
  };
  // Two orders of five riders are the same once in 120 journeys that ask.
  const orders: string[][] = [];
  for (let n = 0; n < 4; n += 1) orders.push(await ordersOf(await createPlan(asker, road())));
  for (const order of orders.flat()) expect([...order].sort().join('')).toBe('ABCDE');
  expect(orders.filter(([second, third]) => second !== third)).not.toEqual([]);
});

test('all journeys of a rider are in one part of the search', async () => {
  const parts = async () => {
    const rider = await createRider();
    for (let n = 0; n < 4; n += 1) await createJourney(rider);
    return sql`select distinct no >> 26 as part from journeys where owner_id = ${rider.id}`;
  };
  // There are 32 parts, so six riders are all in the same one once in 33 million runs.
  const all = await Promise.all(Array.from({ length: 6 }, parts));
  expect(all.map(({ length }) => length)).toEqual(all.map(() => 1));
  expect(new Set(all.flat().map(({ part }) => part)).size).toBeGreaterThan(1);
});

test('a journey with too many rows of presence is refused in a wide search, answered in a narrow one, and stores no reach', async () => {
  const [asker, road] = [await createRider(), ownRoad()];
  const asking = await createPlan(asker, road());
  const rows = async () =>
    Number(
      (
        await sql`
    select count(*) from presence where journey_no = (select no from journeys where id = ${asking})`
      )[0]?.count,
    );
  let block = 5120;
  const fillTo = async (count: number) => {
    const from = block;
    block += count - (await rows());
    await sql`
      insert into presence select (n << 15) | 3000, j.no, 1
      from journeys j, generate_series(${from}::int, ${block - 1}::int) n where j.id = ${asking}`;
  };
  const ask = async (query: string) => {
    const { status, json } = await asker.get(`/v1/journeys/${asking}/nearby${query}`);
    return [status, json.code];
  };
  await fillTo(maxRowsWithin(500_000));
  expect(await ask('?radius_m=500000&window_days=366')).toEqual([200, undefined]);
  await fillTo(maxRowsWithin(500_000) + 1);
  expect(await ask('?radius_m=500000&window_days=366')).toEqual([409, 'discovery.too_wide']);
  expect(await ask('?radius_m=500000&when=any')).toEqual([409, 'discovery.too_wide']);
  expect(await ask('')).toEqual([200, undefined]);
  await fillTo(maxRowsWithin(100_000) + 1);
  expect(await ask('')).toEqual([409, 'discovery.too_wide']);
  expect(await ask('?radius_m=25000')).toEqual([200, undefined]);
  await fillTo(maxRowsWithin(25_000) + 1);
  expect(await ask('?radius_m=25000')).toEqual([409, 'discovery.too_wide']);
  const stored = sql`
    select r.reach_m from presence_reaches r join journeys j on j.no = r.journey_no where j.id = ${asking}`;
  expect(await stored).toEqual([]);
  // The searches of other tests would find it.
  await asker.delete(`/v1/journeys/${asking}`);
});
