import { createRider } from '../../support/factories.ts';
import { requestOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const notifications = {
  listNotifications: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await requestOf(await createRider(), rider);
      await requestOf(await createRider(), rider);
      return { status: 200, query: '?limit=1' };
    },
  },
  readNotifications: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await requestOf(await createRider(), rider);
      const { json } = await rider.get('/v1/notifications');
      return { status: 200, body: { up_to: json.items[0].id } };
    },
  },
} satisfies Entries;
