import { gpx, journeyOf } from '../fixtures.ts';
import type { Entries } from './entry.ts';

export const transfer = {
  importRoute: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I16',
    hasLongDeadline: true,
    trips: [1, 1, 2],
    example: async (rider) => ({
      status: 201,
      params: await journeyOf(rider),
      query: '?as=plan',
      body: gpx,
      mediaType: 'application/gpx+xml',
    }),
  },
} satisfies Entries;
