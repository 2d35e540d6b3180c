import { createRider } from '../../support/factories.ts';
import { freshUsername } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const users = {
  getMe: { audience: 'caller', isVersioned: true, trips: 1, example: () => ({ status: 200 }) },
  updateMe: {
    audience: 'caller',
    isVersioned: true,
    trips: 1,
    example: () => ({
      status: 200,
      body: {
        name: 'Anna Weber',
        username: freshUsername(),
        bio: 'Slow uphill.',
        country: 'AT',
        adult: true,
        riders_near: 'weekly',
        privacy_zones: 'none',
      },
    }),
  },
  deleteMe: {
    audience: 'caller',
    isVersioned: true,
    needsFreshLogin: true,
    trips: 2,
    example: () => ({ status: 204 }),
    again: { settled: 401 },
    sendsMail: true,
  },
  hideMe: {
    audience: 'caller',
    isVersioned: true,
    trips: 1,
    example: () => ({ status: 200 }),
    again: { more: ['audit'] },
  },
  unhideMe: {
    audience: 'caller',
    isVersioned: true,
    trips: 1,
    example: () => ({ status: 200 }),
    again: { more: ['audit'] },
  },
  getUser: {
    audience: 'rider',
    because: 'a profile of four fields is public among riders',
    hidden: 'shown',
    names: { id: 'user' },
    trips: 1,
    example: async () => ({ status: 200, params: { id: (await createRider()).id } }),
  },
} satisfies Entries;
