import { sql } from '../../../test/support/db.ts';
import {
  createJourney,
  createRider,
  gpxOf,
  importPlan,
  type LonLat,
  type Rider,
} from '../../../test/support/factories.ts';

const realCount = 6;
const crowdCount = 20;
/** As many visible journeys as an account may have: see `src/features/usage/usage.rules.ts`. */
const journeysOfAnAccount = 20;

type RealRider = { rider: Rider; journeyId: string };
export type World = { real: readonly RealRider[]; crowd: readonly RealRider[] };

/** A road of 440 km on which only the riders of this world are. */
const roadAt = (latitude: number): string =>
  gpxOf(Array.from({ length: 100 }, (_, n): LonLat => [20 + n / 20, Number(latitude.toFixed(3))]));

async function createPlan(rider: Rider, road: string, visibility: string): Promise<string> {
  const schedule = { visibility, starts_on: '2027-06-01', daily_distance_m: 100_000 };
  const { id } = await createJourney(rider, schedule);
  await importPlan(rider, id, road);
  return id;
}

/** Gives each account further visible journeys with the whole presence of its first one, half of them public. */
const fillAccounts = (ownerIds: readonly string[]) => sql`
  with copies as (
    insert into journeys (id, no, owner_id, name, visibility, shift_s, skew, created_at, updated_at)
    select gen_random_uuid(), next_journey_no_of(owner), owner, 'One of many',
      case n % 2 when 0 then 'public' else 'discoverable' end, 0, 0, now(), now()
    from unnest(${ownerIds}::uuid[]) owner, generate_series(2, ${journeysOfAnAccount}::int) n
    returning no, owner_id
  )
  insert into presence
  select p.place, c.no, p.visits
  from copies c
  join journeys j on j.owner_id = c.owner_id
  join presence p on p.journey_no = j.no`;

/** Real riders with a journey each on a road, and a crowd of accounts on it that have all the journeys they may have. */
export async function createWorld(round: number): Promise<World> {
  const road = roadAt(-44 + ((round * 7) % 80));
  const join = async (visibility: string): Promise<RealRider> => {
    const rider = await createRider();
    return { rider, journeyId: await createPlan(rider, road, visibility) };
  };
  const real: RealRider[] = [];
  const crowd: RealRider[] = [];
  for (let n = 0; n < realCount; n += 1) real.push(await join(n % 2 === 0 ? 'discoverable' : 'public'));
  for (let n = 0; n < crowdCount; n += 1) crowd.push(await join('discoverable'));
  await fillAccounts(crowd.map(({ rider }) => rider.id));
  return { real, crowd };
}

/** Who of the riders was shown to a journey, by their ids. */
export async function shownTo(journeyId: string): Promise<ReadonlySet<unknown>> {
  const rows = await sql`
    select distinct other.owner_id from disclosures d
    join journeys mine on mine.no = d.journey_no join journeys other on other.no = d.other_no
    where mine.id = ${journeyId}`;
  return new Set(rows.map(({ owner_id }) => owner_id));
}
