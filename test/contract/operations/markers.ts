import type { Rider } from '../../support/factories.ts';
import { journeyOf, markerFields } from '../fixtures.ts';
import type { Entries } from './entry.ts';

async function markerOf(rider: Rider) {
  const { id } = await journeyOf(rider);
  const { json } = await rider.post(`/v1/journeys/${id}/markers`, markerFields);
  return { id, marker_id: json.id as string };
}

export const markers = {
  createMarker: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I9',
    trips: [1, 1, 2],
    example: async (rider) => ({
      status: 201,
      params: await journeyOf(rider),
      body: { id: crypto.randomUUID(), ...markerFields },
    }),
    attack: {
      body: (coordinates) => ({ name: 'Mine', marker_type: 'plan', coordinates: { type: 'Point', coordinates } }),
    },
  },
  createMarkers: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I9',
    trips: [1, 1, 2],
    example: async (rider) => ({
      status: 201,
      params: await journeyOf(rider),
      body: { markers: [{ id: crypto.randomUUID(), ...markerFields }] },
    }),
    attack: {
      body: (coordinates) => ({
        markers: [{ name: 'Mine', marker_type: 'plan', coordinates: { type: 'Point', coordinates } }],
      }),
    },
  },
  listMarkers: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I7',
    trips: 1,
    example: async (rider) => ({
      status: 200,
      params: await markerOf(rider),
      query: '?limit=1&bbox=8.5,46.9,17.2,49.1',
    }),
    attack: { queries: ['', '?limit=1', '?marker_type=plan', '?bbox=-180,-90,180,90'] },
  },
  getMarker: {
    audience: 'owner',
    names: { id: 'journey', marker_id: 'marker' },
    row: 'I7',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await markerOf(rider) }),
  },
  updateMarker: {
    audience: 'owner',
    names: { id: 'journey', marker_id: 'marker' },
    row: 'I11',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 200, params: await markerOf(rider), body: markerFields }),
    attack: { body: () => ({ name: 'Mine' }) },
  },
  deleteMarker: {
    audience: 'owner',
    names: { id: 'journey', marker_id: 'marker' },
    row: 'I13',
    isVersioned: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await markerOf(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
