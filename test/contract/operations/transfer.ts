import type { Rider } from '../../support/factories.ts';
import { gpx, journeyOf, markerFields, plannedJourneyOf } from '../fixtures.ts';
import type { Entries, Entry } from './entry.ts';

const exported: Entry = {
  audience: 'rider',
  because: 'a public journey shows its lines',
  hidden: 'absent',
  names: { id: 'journey' },
  row: 'I16',
  hasLongDeadline: true,
  // The journey, its plan and its markers.
  trips: 3,
  example: async (rider: Rider) => {
    const params = await plannedJourneyOf(rider);
    await rider.post(`/v1/journeys/${params.id}/markers`, markerFields);
    return { status: 200, params, query: '?include=plan,rides,markers' };
  },
  attack: { isOfLines: true, queries: ['', '?include=rides', '?include=plan,markers'] },
};

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
  exportGpx: exported,
  exportGeoJson: exported,
} satisfies Entries;
