import { plannedJourneyOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const seenAs = {
  seeJourneyAs: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I31',
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({
      status: 200,
      params: await plannedJourneyOf(rider, { visibility: 'public' }),
      query: '?audience=exact&max_points=10&tolerance_m=5',
    }),
    attack: { queries: ['?audience=rider', '?audience=exact', '?audience=nobody', '?audience=connection'] },
  },
} satisfies Entries;
