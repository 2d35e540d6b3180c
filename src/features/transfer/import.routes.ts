import { fileBody, fileBytes } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { missingFile } from '../../http/errors.ts';
import { createOnce } from '../../http/idempotency.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { created, createRouter, defineRoute } from '../../http/router.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { tooManyMarkers } from '../markers/marker.errors.ts';
import { tooManyLines } from '../tracks/track.errors.ts';
import {
  tooManyBytes,
  tooManyImports,
  tooManyImportsToday,
  tooManyLinesInAll,
  tooManyMarkersInAll,
  tooManyPoints,
} from '../usage/usage.errors.ts';
import { unreadableFile, unsupportedFile } from './import.errors.ts';
import { importQuery, Receipt, toReceipt } from './import.schemas.ts';
import { getImport, importFile } from './import.service.ts';

const maxFileBytes = 20 * 1024 * 1024;

const file = fileBody({
  description: 'A GPX 1.0 or 1.1 file of up to 20 MB, or GeoJSON of up to 10 MB.',
  mediaTypes: ['application/gpx+xml', 'application/xml', 'text/xml', 'application/geo+json', 'application/json'],
  maxBytes: maxFileBytes,
  unsupported: unsupportedFile,
});

const create = defineRoute({
  method: 'post',
  path: '/journeys/{id}/imports',
  operationId: 'importRoute',
  summary: 'Import a GPX or GeoJSON file into a journey',
  description:
    'The lines of the file become lines of the journey, and its points become markers: of GPX, the tracks and routes, and the waypoints. A file that cannot be read changes nothing, and `errors` says where it is broken. Without an `Idempotency-Key`, sending the file again imports it again.',
  tags: ['Routes'],
  credential: sessionOrKey('journeys:write'),
  middleware: [limitRate('heavy'), extendDeadline],
  request: { params, query: importQuery },
  body: [file],
  problems: [
    journeyNotFound,
    unreadableFile,
    unsupportedFile,
    missingFile,
    tooManyLines,
    tooManyMarkers,
    tooManyBytes,
    tooManyImports,
    tooManyImportsToday,
    tooManyLinesInAll,
    tooManyMarkersInAll,
    tooManyPoints,
  ],
  responses: { 201: created(Receipt, 'What was read, kept and left out.') },
});

export const importRoutes = createRouter().openapi(create, async (c) => {
  const { id: journeyId } = c.req.valid('param');
  const { as: kind } = c.req.valid('query');
  return await createOnce(c, {
    create: (ctx) => importFile(ctx, { journeyId, kind, bytes: fileBytes(c, file) }),
    readAgain: (ctx, [id]) => getImport(ctx, id),
    present: (receipt) => c.json(toReceipt(receipt), 201, { Location: `/v1/journeys/${journeyId}/route?as=${kind}` }),
  });
});
