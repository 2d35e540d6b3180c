import { env } from 'cloudflare:workers';
import { openWithLongDeadline } from '../../../src/db/client.ts';
import { selectDrifted } from '../../../src/features/presence/presence.repository.ts';
import { sql } from '../../support/db.ts';
import type { Rider } from '../../support/factories.ts';

const db = openWithLongDeadline({ url: env.DATABASE_URL, endpoint: env.DATABASE_ENDPOINT });

export type Track = {
  id: string;
  import_id: string;
  kind: 'plan' | 'past';
  position: number;
  name: string | null;
  distance_m: number;
  points: number;
  version: number;
};

export async function tracksOf(rider: Rider, journeyId: string): Promise<Track[]> {
  const { status, json, text } = await rider.get(`/v1/journeys/${journeyId}/tracks?limit=100`);
  if (status !== 200) throw new Error(text);
  return json.items;
}

/** The names of the lines, in order. */
export const namesOf = async (rider: Rider, journeyId: string): Promise<(string | null)[]> =>
  (await tracksOf(rider, journeyId)).map(({ name }) => name);

/** What does not agree with the lines, markers and imports of a journey after a change of them. */
export async function faultsOf(rider: Rider, journeyId: string): Promise<string[]> {
  const uncut = await sql`select t.id from tracks t join users u on u.id = ${rider.id}
    where t.journey_id = ${journeyId} and t.zones_revision is distinct from u.zones_revision`;
  const drifted = await selectDrifted(db, [journeyId], new Date());
  const wrongSizes = await sql`
    select s.* from journey_sizes s where s.journey_id = ${journeyId} and (s.lines, s.points, s.markers, s.imports, s.bytes) <> (
      select (select count(*) from tracks where journey_id = ${journeyId}), (select coalesce(sum(point_count), 0) from tracks where journey_id = ${journeyId}),
        (select count(*) from markers where journey_id = ${journeyId}), (select count(*) from imports where journey_id = ${journeyId}),
        (select coalesce(sum(bytes), 0) from tracks where journey_id = ${journeyId})
          + (select coalesce(sum(octet_length(name) + octet_length(notes)), 0) from markers where journey_id = ${journeyId}))`;
  return [
    ...uncut.map(({ id }) => `line ${id} is not cut for the newest zones`),
    ...drifted.rows.map(() => 'the presence is not that of the lines and markers'),
    ...wrongSizes.map((sizes) => `the sizes are ${JSON.stringify(sizes)}`),
  ];
}
