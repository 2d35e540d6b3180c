import type { Client } from 'pg';
import { discloseEncounters } from '../../src/features/discovery/encounter.repository.ts';
import { bucketsWithin, reachesOf } from '../../src/features/discovery/encounter.rules.ts';
import { journeyIdOf, ownerIdOf } from './load.ts';
import { unsent } from './unsent.ts';

export type SearchInput = { asker: number; radiusM: number; windowDays: number | 'any' };

/** Returns the number of journeys found. */
export type Search = (input: SearchInput) => Promise<number>;
type SearchOn = (client: Client) => Search;

export function kairosStatement({ asker, radiusM, windowDays }: SearchInput): { sql: string; params: unknown[] } {
  const { sql, params } = discloseEncounters(unsent, {
    journeyId: journeyIdOf(asker),
    ownerId: ownerIdOf(asker),
    reachesM: reachesOf(radiusM),
    bucketsApart: windowDays === 'any' ? undefined : bucketsWithin(windowDays),
    limit: 50,
    orderSeed: BigInt.asIntN(64, BigInt(asker + 1) * 0x9e37_79b9_7f4a_7c15n),
    joinedBy: new Date(),
    // Each asker has a network of their own.
    networkHash: new Uint8Array(32).fill(asker),
    now: new Date(),
    budgets: { since: new Date(0), maxShown: 1_000_000, maxViewed: 1_000_000, maxViewedOfNetwork: 1_000_000 },
  }).getQuery();
  return { sql, params };
}

export const kairos: SearchOn = (client) => async (input) => {
  const { sql, params } = kairosStatement(input);
  return (await client.query(sql, params)).rowCount ?? 0;
};

/** The time of Postgres for planning and execution, in milliseconds. */
export async function databaseMs(client: Client, input: SearchInput): Promise<number> {
  const { sql, params } = kairosStatement(input);
  const { rows } = await client.query(`explain (analyze, timing off, format json) ${sql}`, params);
  const [{ 'Planning Time': planning, 'Execution Time': execution }] = rows[0]['QUERY PLAN'];
  return planning + execution;
}

/** The predecessor's way: one query for each camp of the asker, for all days. */
export const predecessor: SearchOn =
  (client) =>
  async ({ asker, radiusM }) => {
    const found = new Set<number>();
    const { rows: mine } = await client.query('select at from camps where journey = $1', [asker]);
    for (const { at } of mine) {
      const { rows } = await client.query(
        'select distinct journey from camps where st_dwithin(at, $1::geography, $2) and journey <> $3',
        [at, radiusM, asker],
      );
      for (const { journey } of rows) found.add(journey);
    }
    return found.size;
  };

/** One join on the index of positions, filtered by days. */
export const join: SearchOn =
  (client) =>
  async ({ asker, radiusM, windowDays }) => {
    const { rowCount } = await client.query(
      `select distinct c.journey from camps m join camps c on st_dwithin(c.at, m.at, $2) and c.journey <> m.journey
     where m.journey = $1 and abs(c.day - m.day) <= $3`,
      [asker, radiusM, windowDays === 'any' ? 1_000_000 : windowDays],
    );
    return rowCount ?? 0;
  };

/** Deletes the stored reaches of the asker, as a change of the route does. */
export async function deleteReaches(client: Client, asker: number): Promise<void> {
  await client.query('delete from presence_reaches where journey_no = (select no from journeys where id = $1)', [
    journeyIdOf(asker),
  ]);
}
