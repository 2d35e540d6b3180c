import { plannedJourneyOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const tracks = {
  getRoute: {
    audience: 'rider',
    because: 'a public journey shows its lines',
    hidden: 'absent',
    names: { id: 'journey' },
    row: 'I16',
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider), query: '?max_points=10' }),
    attack: {
      weight: 2,
      isOfLines: true,
      queries: ['', '?as=past', '?max_points=10', '?tolerance_m=500', '?as=plan&max_points=100&tolerance_m=50'],
    },
  },
  listJourneyDays: {
    audience: 'exact',
    because: 'a rider may be shown the days of a journey exactly',
    names: { id: 'journey' },
    row: 'I31',
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider), query: '?limit=5' }),
  },
  getJourneyStats: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I31',
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider) }),
  },
} satisfies Entries;
