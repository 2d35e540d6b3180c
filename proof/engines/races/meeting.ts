import { sql } from '../../../test/support/db.ts';
import {
  createJourney,
  createRider,
  gpxOf,
  importPlan,
  type LonLat,
  type Rider,
} from '../../../test/support/factories.ts';
import type { Race, Round } from './race.ts';
import { countOf, now } from './rows.ts';

let roads = 0;

/** A road far from all other riders. */
function ownRoad(): LonLat[] {
  const [longitude, latitude] = [-170 + (roads % 100) * 3.4, -20 - Math.floor(roads / 100)];
  roads += 1;
  return Array.from({ length: 11 }, (_, n) => [longitude + n / 10, latitude]);
}

type Planner = { rider: Rider; nearby: string };

async function createPlanner(road: readonly LonLat[]): Promise<Planner> {
  const rider = await createRider();
  const plan = { visibility: 'discoverable', starts_on: '2027-06-01', daily_distance_m: 100_000 };
  const { id } = await createJourney(rider, plan);
  await importPlan(rider, id, gpxOf([...road]));
  return { rider, nearby: `/v1/journeys/${id}/nearby?radius_m=25000` };
}

/** The default of DISCLOSURES_PER_WEEK. */
const maxShown = 100;
const room = 5;

async function prepareBudget(atOnce: number): Promise<Round> {
  const road = ownRoad();
  const shown = await createPlanner(road);
  const viewers = await Promise.all(Array.from({ length: atOnce }, () => createPlanner(road)));
  await sql`insert into viewings (shown_id, at)
    select ${shown.rider.id}, ${now()}::timestamptz from generate_series(1, ${maxShown - room}::int)`;
  return {
    attempt: async (n) => await viewers[n]?.rider.get(viewers[n].nearby),
    statuses: { 200: atOnce },
    effect: () => countOf(sql`select from viewings where shown_id = ${shown.rider.id}`),
    wanted: maxShown,
  };
}

async function prepareAsking(): Promise<Round> {
  const road = ownRoad();
  const both = [await createPlanner(road), await createPlanner(road)];
  const asks = await Promise.all(
    both.map(async ({ rider, nearby }) => {
      const { json } = await rider.get(nearby);
      return () => rider.post('/v1/connections', { encounter_id: json.items[0].encounter_id, message: 'Hi' });
    }),
  );
  const ids = both.map(({ rider }) => rider.id);
  return {
    attempt: async (n) => await asks[n % 2]?.(),
    // A request that runs into the other rider's request may get a 409 and has to be sent again.
    statuses: [201, 409],
    effect: async () => await sql`select state from connections where requester_id = any (${ids}::uuid[])`,
    wanted: [{ state: 'accepted' }],
  };
}

export const meetingRaces: readonly Race[] = [
  { title: 'a rider is shown to exactly as many new riders as the budget allows [S19]', prepare: prepareBudget },
  { title: 'two riders who ask each other many times have one connection [S20]', prepare: prepareAsking },
];
