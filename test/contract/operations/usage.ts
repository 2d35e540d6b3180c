import type { Entries } from './entry.ts';

export const usage = {
  getMyUsage: { audience: 'caller', trips: 1, example: () => ({ status: 200 }) },
} satisfies Entries;
