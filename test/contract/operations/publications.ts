import { plannedJourneyOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const publications = {
  listPublications: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I31',
    trips: 1,
    example: async (rider) => ({
      status: 200,
      params: await plannedJourneyOf(rider, { visibility: 'public' }),
      query: '?limit=5',
    }),
  },
} satisfies Entries;
