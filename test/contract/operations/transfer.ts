import type { Rider } from '../../support/factories.ts';
import { gpx, journeyOf, markerFields, plannedJourneyOf, trackOf } from '../fixtures.ts';
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

async function importParams(rider: Rider) {
  const { id, importId } = await trackOf(rider);
  return { id, import_id: importId };
}

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
  listImports: {
    audience: 'owner',
    names: { id: 'journey' },
    row: 'I16',
    trips: 1,
    example: async (rider) => ({ status: 200, params: await plannedJourneyOf(rider), query: '?limit=1' }),
    attack: { queries: ['', '?limit=1'] },
  },
  replaceImport: {
    audience: 'owner',
    names: { id: 'journey', import_id: 'import' },
    row: 'I16',
    isVersioned: true,
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({
      status: 200,
      params: await importParams(rider),
      query: '?as=plan',
      body: gpx,
      mediaType: 'application/gpx+xml',
    }),
  },
  deleteImport: {
    audience: 'owner',
    names: { id: 'journey', import_id: 'import' },
    row: 'I16',
    isVersioned: true,
    hasLongDeadline: true,
    trips: 1,
    example: async (rider) => ({ status: 204, params: await importParams(rider) }),
    again: { settled: 404 },
  },
} satisfies Entries;
