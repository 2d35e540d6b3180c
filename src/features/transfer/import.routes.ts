import { fileBody, fileBytes } from '../../http/body.ts';
import { sessionOrKey } from '../../http/credentials.ts';
import { missingFile } from '../../http/errors.ts';
import { etag, ifMatch } from '../../http/etag.ts';
import { createOnce } from '../../http/idempotency.ts';
import { extendDeadline } from '../../http/open-context.ts';
import { linkNext } from '../../http/pagination.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { created, createRouter, defineRoute, defineVersioned, json } from '../../http/router.ts';
import { consentChanged } from '../consents/consent.errors.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { journeyParams } from '../journeys/journey.schemas.ts';
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
import { alreadyImported, importNotFound, unreadableFile, unsupportedFile } from './import.errors.ts';
import {
  importListQuery,
  importParams,
  importQuery,
  JourneyImport,
  JourneyImportPage,
  Receipt,
  toJourneyImport,
  toReceipt,
} from './import.schemas.ts';
import { getImport, importFile, listImports, removeImport, replaceImport } from './import.service.ts';

const tags = ['Routes'];
const write = sessionOrKey('journeys:write');
const middleware = [limitRate('heavy'), extendDeadline];

const maxFileBytes = 20 * 1024 * 1024;

const file = fileBody({
  description: 'A GPX 1.0 or 1.1 file of up to 20 MB, or GeoJSON of up to 10 MB.',
  mediaTypes: ['application/gpx+xml', 'application/xml', 'text/xml', 'application/geo+json', 'application/json'],
  maxBytes: maxFileBytes,
  unsupported: unsupportedFile,
});

const fileProblems = [
  journeyNotFound,
  alreadyImported,
  unreadableFile,
  unsupportedFile,
  missingFile,
  tooManyLines,
  tooManyMarkers,
  tooManyBytes,
  tooManyImportsToday,
  tooManyLinesInAll,
  tooManyMarkersInAll,
  tooManyPoints,
  consentChanged,
];

const create = defineVersioned({
  method: 'post',
  path: '/journeys/{id}/imports',
  operationId: 'importRoute',
  summary: 'Import a GPX or GeoJSON file into a journey',
  description:
    'The lines of the file become lines of the journey, and its points become markers: of GPX, the tracks and routes, and the waypoints. A file that cannot be read changes nothing, and `errors` says where it is broken. The same file again, with the same `as`, adds nothing: the answer is 200 with the existing import, as long as one of its lines or markers is left.',
  tags,
  credential: write,
  middleware,
  request: { params: journeyParams, query: importQuery },
  body: [file],
  problems: [...fileProblems, tooManyImports],
  responses: {
    200: json(Receipt, 'The journey has this file already. Nothing was added.'),
    201: created(Receipt, 'What was read, kept and left out.'),
  },
});

const list = defineRoute({
  method: 'get',
  path: '/journeys/{id}/imports',
  operationId: 'listImports',
  summary: 'List the files that you imported into your journey, newest first',
  description:
    'Each with its receipt, which says what the file had. `/tracks` says which of its lines are still there. Only the rider of the journey can read the list.',
  tags,
  credential: sessionOrKey('journeys:read'),
  request: { params: journeyParams, query: importListQuery },
  problems: [journeyNotFound],
  responses: { 200: json(JourneyImportPage, 'A page of imports.') },
});

const replace = defineVersioned({
  method: 'put',
  path: '/journeys/{id}/imports/{import_id}',
  operationId: 'replaceImport',
  summary: 'Replace the file of an import',
  description:
    'The new lines come where the first old one was, and the old lines and markers are deleted, except for markers that you have changed since. The same file again brings back what you have deleted of it. A file that cannot be read changes nothing.',
  tags,
  credential: write,
  middleware,
  request: { params: importParams, query: importQuery },
  body: [file],
  problems: [...fileProblems, importNotFound],
  responses: { 200: json(JourneyImport, 'What was read, kept and left out of the new file.') },
});

const remove = defineVersioned({
  method: 'delete',
  path: '/journeys/{id}/imports/{import_id}',
  operationId: 'deleteImport',
  summary: 'Take back an import',
  description:
    'Deletes the lines and markers that the file made, and the receipt. Markers that you have changed since stay. Other riders no longer see the lines, and searches no longer find you there, once you are on the way from the night after the delay on.',
  tags,
  credential: write,
  middleware,
  request: { params: importParams },
  problems: [journeyNotFound, importNotFound],
  responses: { 204: { description: 'The import is taken back.' } },
});

export const importRoutes = createRouter()
  .openapi(create, async (c) => {
    const { id: journeyId } = c.req.valid('param');
    const { as: kind } = c.req.valid('query');
    return await createOnce(c, {
      create: (ctx) => importFile(ctx, { journeyId, kind, bytes: fileBytes(c, file) }),
      readAgain: async (ctx, [id]) => ({ ...(await getImport(ctx, id)), isNew: true }),
      present: (imported) =>
        imported.isNew
          ? c.json(toReceipt(imported), 201, {
              Location: `/v1/journeys/${journeyId}/route?as=${kind}`,
              ...etag(imported),
            })
          : c.json(toReceipt(imported), 200, etag(imported)),
    });
  })
  .openapi(list, async (c) => {
    const { items, nextCursor } = await listImports(c.var.ctx, c.req.valid('param').id, c.req.valid('query'));
    linkNext(c, nextCursor);
    return c.json({ items: items.map(toJourneyImport), next_cursor: nextCursor }, 200);
  })
  .openapi(replace, async (c) => {
    const { id: journeyId, import_id } = c.req.valid('param');
    const input = { journeyId, kind: c.req.valid('query').as, bytes: fileBytes(c, file) };
    const imported = await replaceImport(c.var.ctx, import_id, input, ifMatch(c));
    return c.json(toJourneyImport(imported), 200, etag(imported));
  })
  .openapi(remove, async (c) => {
    const { id, import_id } = c.req.valid('param');
    await removeImport(c.var.ctx, id, import_id, ifMatch(c));
    return c.body(null, 204);
  });
