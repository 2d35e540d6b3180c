import { neonConfig } from '@neondatabase/serverless';
import { publishWaitingJourneysJob } from '../../../src/features/presence/publishing.job.ts';
import { sql } from '../../support/db.ts';
import { createJourney, gpxOf, importPlan, type LonLat, type Rider } from '../../support/factories.ts';
import { otherWorker } from '../auth/sign-up.ts';

const worker = otherWorker({});

/** The pieces of work that were asked for. */
export type Pieces = { asked: number };

/**
 * No piece of publishing reaches the database any more, as if the Worker had ended with its response. With a rider's id
 * only theirs fail. `resume` ends it, and so does the end of the test.
 */
export function failPieces(ownerId = ''): void {
  neonConfig.fetchFunction = (url: string, init: RequestInit) => {
    const sent = String(init.body);
    if (sent.includes('continue_publishing') && sent.includes(ownerId)) throw new Error('the Worker has ended');
    return fetch(url, init);
  };
}

export function resume(): Pieces {
  const pieces = { asked: 0 };
  neonConfig.fetchFunction = (url: string, init: RequestInit) => {
    if (String(init.body).includes('continue_publishing')) pieces.asked += 1;
    return fetch(url, init);
  };
  return pieces;
}

export const runPublishing = (): Promise<void> => worker.run(publishWaitingJourneysJob);

export const isPublishing = async (rider: Rider, id: string): Promise<boolean> =>
  (await rider.get(`/v1/journeys/${id}`)).json.is_publishing;

/** Waits until the work after the response is done. */
export async function untilPublished(rider: Rider, ...ids: string[]): Promise<void> {
  for (const id of ids) while (await isPublishing(rider, id)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The lines of a journey count as so many points that no commit cuts them, but are cut as quickly as short ones. */
export const makeHeavy = async (id: string): Promise<void> => {
  await sql`update tracks set point_count = 300000 where journey_id = ${id}`;
};

export async function heavyJourney(rider: Rider, line: readonly LonLat[]): Promise<string> {
  const schedule = { visibility: 'public', starts_on: '2027-06-01', daily_distance_m: 60_000 };
  const { id } = await createJourney(rider, schedule);
  await importPlan(rider, id, gpxOf(line));
  await makeHeavy(id);
  return id;
}
