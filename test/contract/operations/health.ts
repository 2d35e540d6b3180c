import type { Entries } from './entry.ts';

const because = 'probes have no account';

export const health = {
  getHealth: { audience: 'anyone', because, trips: 0, example: () => ({ status: 200 }) },
  getReadiness: { audience: 'anyone', because, trips: 1, example: () => ({ status: 200 }) },
} satisfies Entries;
