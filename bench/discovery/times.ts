import type { Search, SearchInput } from './searches.ts';

/** Times in ascending order, and the total number of journeys found. */
export type Times = { ms: number[]; found: number };

/** Measures each search after one warm-up, since a database in use is warm. */
export async function timesOf(search: Search, askers: number, wanted: Omit<SearchInput, 'asker'>): Promise<Times> {
  const times: Times = { ms: [], found: 0 };
  for (let asker = 0; asker < askers; asker += 1) {
    await search({ ...wanted, asker });
    const startedAt = performance.now();
    times.found += await search({ ...wanted, asker });
    times.ms.push(performance.now() - startedAt);
  }
  times.ms.sort((a, b) => a - b);
  return times;
}

export const quantile = ({ ms }: Pick<Times, 'ms'>, share: number): number =>
  ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0;

export const formatMs = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));
