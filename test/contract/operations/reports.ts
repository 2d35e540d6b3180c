import { createRider } from '../../support/factories.ts';
import { encounterOf, requestOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const reports = {
  createReport: {
    audience: 'caller',
    trips: [1, 1, 2],
    example: async () => ({
      status: 201,
      body: { user_id: (await createRider()).id, reason: 'harassment', message: 'Asks me where I camp.' },
    }),
    ways: {
      encounter: {
        trips: [2, 2, 3],
        example: async (rider) => ({
          status: 201,
          body: {
            encounter_id: await encounterOf(rider, await createRider()),
            reason: 'spam',
            message: 'Sells tents.',
          },
        }),
      },
      connection: {
        trips: [1, 1, 2],
        example: async (rider) => ({
          status: 201,
          body: {
            connection_id: (await requestOf(await createRider(), rider)).id,
            reason: 'threat',
            message: 'See there.',
          },
        }),
      },
    },
  },
} satisfies Entries;
