import { env } from 'cloudflare:workers';
import { runScheduled } from '../../../src/cron/schedule.ts';
import { type Answer, call } from '../../support/app.ts';
import { sql } from '../../support/db.ts';
import type { Rider } from '../../support/factories.ts';

/** Everything by which a caller can tell two responses apart. */
export const seenOf = ({ status, headers, text, json }: Answer) => ({
  status,
  headers: [...headers.keys()].toSorted(),
  body: text.replace(json?.request_id ?? '', ''),
});

export const pathOf = (id: string): string => `/v1/journeys/${id}`;

/** All pages of a list of journeys; `between` runs after each of them. */
export async function readAll(rider: Rider, path = '/v1/journeys?limit=100', between = async () => {}) {
  const items = [];
  let next: string | undefined = path;
  while (next) {
    const { status, headers, json, text }: Answer = await rider.get(next);
    if (status !== 200) throw new Error(`no list: ${text}`);
    items.push(...json.items);
    next = /<(.+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];
    await between();
  }
  return items;
}

/** The nightly run, at the time of the test's clock. */
export const runNight = (): Promise<void> =>
  runScheduled('17 3 * * *', env, { now: () => new Date(), newId: () => crypto.randomUUID() });

/** The rows of a journey and of all that belongs to it. */
export const stateOf = (id: string) =>
  sql.transaction([
    sql`select * from journeys where id = ${id}`,
    sql`select * from markers where journey_id = ${id} order by id`,
    sql`select * from tracks where journey_id = ${id} order by id`,
    sql`select * from presence_cells where journey_id = ${id} order by cell, bucket`,
  ]);

/** Sends a body exactly as written, labelled as JSON. */
export const sendText = (rider: Rider, method: string, path: string, body: string): Promise<Answer> =>
  call(method, path, { token: rider.token, body, headers: { 'Content-Type': 'application/json' } });
