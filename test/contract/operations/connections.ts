import { createRider, type Rider } from '../../support/factories.ts';
import { encounterOf, requestOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

async function connectionOf(rider: Rider) {
  const other = await createRider();
  const { id } = await requestOf(rider, other);
  await other.post(`/v1/connections/${id}/accept`);
  return { id };
}

export const connections = {
  createConnection: {
    audience: 'caller',
    trips: [2, 2, 3],
    example: async (rider) => ({
      status: 201,
      body: { encounter_id: await encounterOf(rider, await createRider()), message: 'A coffee near Linz?' },
    }),
    sendsMail: true,
  },
  listConnections: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await requestOf(rider, await createRider());
      await requestOf(rider, await createRider());
      return { status: 200, query: '?limit=1&state=requested' };
    },
  },
  acceptConnection: {
    audience: 'owner',
    names: { id: 'connection' },
    trips: 2,
    example: async (rider) => ({ status: 200, params: await requestOf(await createRider(), rider) }),
    again: { more: ['audit'] },
    sendsMail: true,
  },
  declineConnection: {
    audience: 'owner',
    names: { id: 'connection' },
    trips: 1,
    example: async (rider) => ({ status: 200, params: await requestOf(await createRider(), rider) }),
    again: { more: ['audit'] },
  },
  updateConnection: {
    audience: 'owner',
    names: { id: 'connection' },
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await connectionOf(rider), body: { exact: true } }),
    again: { more: ['audit'] },
  },
  deleteConnection: {
    audience: 'owner',
    names: { id: 'connection' },
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await connectionOf(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
