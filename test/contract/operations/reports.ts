import { createRider } from '../../support/factories.ts';
import { encounterOf, requestOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const reports = {
  createReport: {
    audience: 'caller',
    trips: [1, 1, 2],
    example: async () => ({
      status: 201,
      body: {
        named_by: 'user_id',
        user_id: (await createRider()).id,
        reason: 'harassment',
        message: 'Asks me where I camp.',
      },
    }),
    ways: {
      encounter: {
        trips: [2, 2, 3],
        example: async (rider) => ({
          status: 201,
          body: {
            named_by: 'encounter_id',
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
            named_by: 'connection_id',
            connection_id: (await requestOf(await createRider(), rider)).id,
            reason: 'threat',
            message: 'See there.',
          },
        }),
      },
    },
  },
} satisfies Entries;
