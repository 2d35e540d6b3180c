import type { Client } from 'pg';
import { listSpans, partCount, replaceCrowds, selectCrowds } from '../../src/features/discovery/crowd.repository.ts';
import { bucketsOf, bucketsToCount, cellsToShow } from '../../src/features/discovery/crowd.rules.ts';
import type { BoundingBox } from '../../src/http/values.ts';
import { unsent } from './unsent.ts';

const today = '2026-06-01';

const send = async (client: Client, statement: { getQuery: () => { sql: string; params: unknown[] } }) => {
  const { sql, params } = statement.getQuery();
  return await client.query(sql, params);
};

/** Runs a nightly count, and measures its total time and its longest statement. */
export async function count(client: Client): Promise<{ totalMs: number; longestMs: number }> {
  const buckets = bucketsToCount(today);
  let [totalMs, longestMs] = [0, 0];
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const done = await work();
    const ms = performance.now() - startedAt;
    totalMs += ms;
    longestMs = Math.max(longestMs, ms);
    return done;
  };
  for (let part = 0; part < partCount; part += 1) {
    const { rows } = await timed(() => send(client, listSpans(unsent, part, buckets)));
    for (const { span } of rows)
      for (const statement of replaceCrowds(unsent, { part, span }, buckets, new Date(today)))
        await timed(() => send(client, statement));
  }
  await client.query('vacuum analyze crowds');
  return { totalMs, longestMs };
}

export const views: readonly { name: string; box: BoundingBox; zoom: number; days: number }[] = [
  { name: 'the world, 30 days', box: [-180, -90, 180, 90], zoom: 1, days: 30 },
  { name: 'the world, 366 days', box: [-180, -90, 180, 90], zoom: 1, days: 366 },
  { name: 'Europe, 30 days', box: [-10, 36, 30, 60], zoom: 5, days: 30 },
  { name: 'the Alps, 30 days', box: [5, 43, 17, 49], zoom: 8, days: 30 },
  { name: 'the Alps, 366 days', box: [5, 43, 17, 49], zoom: 8, days: 366 },
];

/** Reads a view of the map, and returns its number of cells. */
export async function showView(client: Client, { box, zoom, days }: (typeof views)[number]): Promise<number> {
  const { level, runs } = cellsToShow(box, zoom);
  const to = new Date(Date.parse(today) + (days - 1) * 86_400_000).toISOString().slice(0, 10);
  const { rowCount } = await send(
    client,
    selectCrowds(unsent, level.level, runs, bucketsOf({ from: today, to }, today)),
  );
  return rowCount ?? 0;
}
