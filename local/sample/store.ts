import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { hashPassword } from '../../src/lib/password-hash.ts';
import type { Database } from '../database/database.ts';
import { emailOf, type SampleRider } from './riders.ts';

const Journeys = z.array(
  z.object({
    id: z.string(),
    starts_on: z.string().nullable(),
    has_markers: z.boolean(),
    has_plan: z.boolean(),
  }),
);

/** The state of a sample journey in the database. */
export type JourneyState = z.infer<typeof Journeys>[number];

/** Reads and writes sample data as the owner of the database. */
export function openSampleStore(database: Database) {
  async function one(query: string, params: string[]): Promise<unknown> {
    const { rows } = await database.run({ query, params });
    return JSON.parse(rows[0]?.[0] ?? 'null');
  }

  return {
    /** The ids of the existing sample riders. Returns undefined if the database has only other riders. */
    async findRiders(ids: string[]): Promise<string[] | undefined> {
      const query = `
        select json_build_object('others', exists (select from users where not id = any($1::uuid[])),
          'sample', (select coalesce(json_agg(id), '[]') from users where id = any($1::uuid[])))`;
      const schema = z.object({ others: z.boolean(), sample: z.array(z.string()) });
      const { others, sample } = schema.parse(await one(query, [asArray(ids)]));
      return others && sample.length === 0 ? undefined : sample;
    },

    async listJourneys(ids: string[]): Promise<JourneyState[]> {
      const query = `
        select coalesce(json_agg(s), '[]') from (
          select id, starts_on,
            exists (select from markers where journey_id = j.id) as has_markers,
            exists (select from tracks where journey_id = j.id and kind = 'plan') as has_plan
          from journeys as j where id = any($1::uuid[])
        ) as s`;
      return Journeys.parse(await one(query, [asArray(ids)]));
    },

    /** Inserts a verified rider without a verification mail. */
    async insertRider(rider: SampleRider, now: Date): Promise<void> {
      const { id, username, name, bio, country, password } = rider;
      await database.run({
        query: `
          insert into users (id, email, username, name, bio, country, password_hash, privacy_zones, created_at, updated_at)
          values ($1, $2, $3, $4, $5, $6, $7, 'none', $8, $8) on conflict do nothing`,
        params: [
          id,
          emailOf(rider),
          username,
          name,
          bio,
          country,
          hashPassword(password, randomBytes(16)),
          now.toISOString(),
        ],
      });
    },
  };
}

const asArray = (ids: string[]): string => `{${ids.join(',')}}`;
