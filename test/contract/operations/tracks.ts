import type { Rider } from '../../support/factories.ts';
import { plannedJourneyOf, trackOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

async function trackParams(rider: Rider) {
  const { id, trackId } = await trackOf(rider);
  return { id, track_id: trackId };
}

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
  listTracks: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I16',
    trips: 1,
    example: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider), query: '?limit=1' }),
    attack: { queries: ['', '?limit=1'] },
  },
  updateTrack: {
    audience: 'owner',
    names: { id: 'journey', track_id: 'track' },
    row: 'I16',
    isVersioned: true,
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({
      status: 200,
      params: await trackParams(rider),
      body: { name: 'Day 1', position: 1 },
    }),
    attack: { body: () => ({ name: 'Mine' }) },
  },
  deleteTrack: {
    audience: 'owner',
    names: { id: 'journey', track_id: 'track' },
    row: 'I16',
    isVersioned: true,
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await trackParams(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
