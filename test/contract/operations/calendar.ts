import type { Rider } from '../../support/factories.ts';
import { plannedJourneyOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

async function feedOf(rider: Rider, fields: Record<string, unknown> = {}): Promise<{ id: string; url: string }> {
  const { json } = await rider.post('/v1/calendar/feeds', { name: 'My journeys', ...fields });
  return json;
}

export const calendar = {
  createCalendarFeed: {
    audience: 'caller',
    needsFreshLogin: true,
    trips: [1, 1, 2],
    // Not one journey, since a guest cannot create any.
    example: () => ({ status: 201, body: { name: 'My journeys', journey_id: null, places: true } }),
  },
  listCalendarFeeds: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await feedOf(rider);
      return { status: 200 };
    },
  },
  deleteCalendarFeed: {
    audience: 'owner',
    names: { id: 'calendar feed' },
    trips: 1,
    example: async (rider) => ({ status: 204, params: { id: (await feedOf(rider)).id } }),
    again: { settled: 404 },
  },
  readCalendarFeed: {
    audience: 'anyone',
    because: 'the link is the credential',
    isWrite: true,
    hasLongDeadline: true,
    trips: 2,
    example: async (rider) => {
      await plannedJourneyOf(rider);
      const { url } = await feedOf(rider, { places: true });
      return { status: 200, params: { token: url.split('/').at(-2) ?? '' } };
    },
  },
} satisfies Entries;
