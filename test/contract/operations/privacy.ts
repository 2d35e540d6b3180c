import type { Rider } from '../../support/factories.ts';
import type { Entries } from './entry.ts';

const zoneFields = { name: 'Home', coordinates: { type: 'Point', coordinates: [16.3738, 48.2082] }, radius_m: 2_000 };

async function zoneOf(rider: Rider) {
  const { json } = await rider.post('/v1/me/privacy-zones', zoneFields);
  return { id: json.id as string };
}

export const privacy = {
  createPrivacyZone: {
    audience: 'caller',
    hasLongDeadline: true,
    trips: [1, 1, 2],
    example: () => ({ status: 201, body: { id: crypto.randomUUID(), ...zoneFields } }),
    again: { more: ['audit'] },
  },
  listPrivacyZones: {
    audience: 'caller',
    trips: 1,
    example: async (rider) => {
      await zoneOf(rider);
      return { status: 200 };
    },
  },
  updatePrivacyZone: {
    audience: 'owner',
    names: { id: 'privacy zone' },
    isVersioned: true,
    hasLongDeadline: true,
    trips: 2,
    example: async (rider) => ({ status: 200, params: await zoneOf(rider), body: zoneFields }),
    again: { more: ['audit'] },
  },
  deletePrivacyZone: {
    audience: 'owner',
    names: { id: 'privacy zone' },
    isVersioned: true,
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await zoneOf(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
