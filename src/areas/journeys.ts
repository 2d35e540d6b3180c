import { encounterRoutes } from '../features/discovery/encounter.routes.ts';
import { itineraryRoutes } from '../features/discovery/itinerary.routes.ts';
import { journeyRoutes } from '../features/journeys/journey.routes.ts';
import { journeyStatusRoutes } from '../features/journeys/status.routes.ts';
import { markerRoutes } from '../features/markers/marker.routes.ts';
import { publicationRoutes } from '../features/publications/publication.routes.ts';
import { seenAsRoutes } from '../features/seen-as/seen-as.routes.ts';
import { lineRoutes } from '../features/tracks/line.routes.ts';
import { trackRoutes } from '../features/tracks/track.routes.ts';
import { exportRoutes } from '../features/transfer/export.routes.ts';
import { importRoutes } from '../features/transfer/import.routes.ts';

/** The addresses below /v1/journeys. */
export const routers = [
  journeyRoutes,
  journeyStatusRoutes,
  markerRoutes,
  seenAsRoutes,
  publicationRoutes,
  trackRoutes,
  lineRoutes,
  importRoutes,
  exportRoutes,
  encounterRoutes,
  itineraryRoutes,
];
