import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { limitedBytes, maxFileBytes } from '../../http/body.ts';
import { createOnce } from '../../http/idempotency.ts';
import { patient } from '../../http/open-context.ts';
import { limitRate } from '../../http/rate-limit.ts';
import { createRouter, defineRoute, type HttpEnv, json, problems } from '../../http/router.ts';
import { journeyParams as params } from '../journeys/journey.schemas.ts';
import { unsupportedFile } from './import.errors.ts';
import { importQuery, Receipt, toReceipt } from './import.schemas.ts';
import { importGpx } from './import.service.ts';

const mediaTypes: readonly string[] = ['application/gpx+xml', 'application/xml', 'text/xml'];
const file = { schema: z.string().openapi({ format: 'binary', description: 'A GPX 1.0 or 1.1 file of up to 20 MB.' }) };

const create = defineRoute({
  method: 'post',
  path: '/journeys/{id}/imports',
  operationId: 'importRoute',
  summary: 'Import a GPX file: its tracks and routes become lines of the journey, its waypoints markers',
  tags: ['Routes'],
  security: [{ bearer: ['journeys:write'] }],
  middleware: [limitRate('heavy'), patient],
  request: { params, query: importQuery, body: { required: true, content: { 'application/gpx+xml': file } } },
  responses: { 201: json(Receipt, 'What was read, kept and left out.'), 409: problems[409] },
});

/** The body as it comes in, once its labels say that it is a GPX file we can read. */
function fileBytes(c: Context<HttpEnv>): AsyncIterable<Uint8Array> {
  const mediaType = (c.req.header('Content-Type') ?? '').split(';', 1).join('').trim().toLowerCase();
  if (!mediaTypes.includes(mediaType) || c.req.header('Content-Encoding')) throw unsupportedFile();
  return limitedBytes(c.req.raw.body, maxFileBytes);
}

export const importRoutes = createRouter().openapi(create, async (c) => {
  const { id: journeyId } = c.req.valid('param');
  const { as: kind } = c.req.valid('query');
  return await createOnce(c, importGpx, [{ journeyId, kind, bytes: fileBytes(c) }], (receipt) =>
    c.json(toReceipt(receipt), 201, { Location: `/v1/journeys/${journeyId}/route?as=${kind}` }),
  );
});
