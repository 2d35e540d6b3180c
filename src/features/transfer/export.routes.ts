import type { z } from '@hono/zod-openapi';
import { sessionOrKey } from '../../http/credentials.ts';
import { download, file } from '../../http/download.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute } from '../../http/router.ts';
import { reauthenticationRequired } from '../access/access.errors.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { GpxFile, geoJsonQuery, gpxQuery, JourneyExport } from './export.schemas.ts';
import { exportJourney } from './export.service.ts';

const geoJson = 'application/geo+json';
const gpx = 'application/gpx+xml';

const shared = {
  method: 'get' as const,
  tags: ['Routes'],
  credential: sessionOrKey('journeys:read'),
  middleware: [limitRate('heavy'), extendDeadline],
  description:
    'You get all lines and markers of your own journey. Of the journey of another rider you get the lines that `getRoute` shows you, without names, times and markers.',
};

const gpxFile = defineRoute({
  ...shared,
  path: '/journeys/{id}/export.gpx',
  operationId: 'exportGpx',
  summary: 'Save a journey as a GPX file',
  request: { params, query: gpxQuery },
  problems: [journeyNotFound, reauthenticationRequired],
  responses: { 200: file({ [gpx]: { schema: GpxFile } }) },
});

const geoJsonFile = defineRoute({
  ...shared,
  path: '/journeys/{id}/export.geojson',
  operationId: 'exportGeoJson',
  summary: 'Save a journey as a GeoJSON file',
  request: { params, query: geoJsonQuery },
  problems: [journeyNotFound],
  responses: { 200: file({ [geoJson]: { schema: JourneyExport } }) },
});

export const exportRoutes = createRouter()
  .openapi(gpxFile, async (c) => {
    const [{ id: journeyId }, { include }] = [c.req.valid('param'), c.req.valid('query')];
    const exported = await exportJourney(c.var.ctx, { journeyId, include, format: 'gpx' });
    return await download(c, { ...exported, mediaType: gpx });
  })
  .openapi(geoJsonFile, async (c) => {
    const [{ id: journeyId }, { include }] = [c.req.valid('param'), c.req.valid('query')];
    const exported = await exportJourney(c.var.ctx, { journeyId, include, format: 'geojson' });
    return await download<z.infer<typeof JourneyExport>>(c, { ...exported, mediaType: geoJson });
  });
