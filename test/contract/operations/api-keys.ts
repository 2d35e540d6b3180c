import type { Rider } from '../../support/factories.ts';
import type { Entries } from './entry.ts';

async function keyOf(rider: Rider) {
  const { json } = await rider.post('/v1/api-keys', { name: 'Backup', scopes: ['journeys:read'] });
  return { id: json.id as string };
}

export const apiKeys = {
  createApiKey: {
    audience: 'caller',
    needsFreshLogin: true,
    trips: [1, 1, 2],
    example: () => ({
      status: 201,
      body: { name: 'Backup', scopes: ['journeys:read'], expires_at: '2030-01-01T00:00:00Z' },
    }),
  },
  listApiKeys: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await keyOf(rider);
      return { status: 200 };
    },
  },
  updateApiKey: {
    audience: 'owner',
    names: { id: 'api key' },
    isVersioned: true,
    needsFreshLogin: true,
    trips: 1,
    example: async (rider) => ({
      status: 200,
      params: await keyOf(rider),
      body: { name: 'Nightly', scopes: ['journeys:read'], is_active: false, expires_at: null },
    }),
    again: { more: ['audit'] },
  },
  deleteApiKey: {
    audience: 'owner',
    names: { id: 'api key' },
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await keyOf(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
