import { createRider, type Rider } from '../../support/factories.ts';
import { encounterOf, freshAddress } from '../fixtures.ts';
import type { Entries } from './entry.ts';

async function blockOf(rider: Rider) {
  const { json } = await rider.post('/v1/blocks', { named_by: 'email', email: freshAddress() });
  return { id: json.id as string };
}

export const blocks = {
  createBlock: {
    audience: 'caller',
    trips: [1, 1, 2],
    example: async () => ({
      status: 201,
      body: { named_by: 'user_id', user_id: (await createRider()).id, label: 'Too near' },
    }),
    ways: {
      address: {
        trips: [1, 1, 2],
        example: () => ({ status: 201, body: { named_by: 'email', email: freshAddress(), label: 'Not yet here' } }),
      },
      encounter: {
        trips: [2, 2, 3],
        example: async (rider) => ({
          status: 201,
          body: {
            named_by: 'encounter_id',
            encounter_id: await encounterOf(rider, await createRider()),
            label: 'Not this one',
          },
        }),
      },
    },
  },
  listBlocks: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await blockOf(rider);
      await blockOf(rider);
      return { status: 200, query: '?limit=1' };
    },
  },
  deleteBlock: {
    audience: 'owner',
    names: { id: 'block' },
    trips: 1,
    example: async (rider) => ({ status: 204, params: await blockOf(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
