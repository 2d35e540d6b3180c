import type { HeaderName } from '../route-extras.ts';

const text = (example: string) => ({ type: 'string' as const, example });

/** The response headers that a client reads. Those that are required are part of every response that declares them. */
export const headers = {
  'Content-Disposition': {
    description: 'The name under which to save the file, in ASCII and in UTF-8 (RFC 6266).',
    required: true,
    schema: text(`attachment; filename="Danube.gpx"; filename*=UTF-8''Danube.gpx`),
  },
  ETag: {
    description: 'The `version` in quotes; with `-publishing` at its end while a journey has `is_publishing`.',
    schema: text('"1"'),
  },
  'Idempotency-Replayed': {
    description: '`true` if the request was carried out before. The body is what it created, as it is now.',
    schema: { type: 'string', enum: ['true'] },
  },
  Link: {
    description: 'The address of the next page (RFC 8288). Absent on the last page.',
    schema: text('<https://api.kairos.example/v1/journeys?cursor=3q2-7wEjRWeJ>; rel="next"'),
  },
  Location: {
    description: 'The address of the resource, or the address to go to.',
    required: true,
    schema: { ...text('/v1/journeys/0193a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b'), format: 'uri-reference' },
  },
  RateLimit: {
    description: 'The remaining amount of each quota, and the seconds until more becomes available.',
    required: true,
    schema: text('"views";r=150;t=86400'),
  },
  'RateLimit-Policy': {
    description: 'The maximum of each quota, and the seconds of the period for which it applies.',
    required: true,
    schema: text('"views";q=200;w=604800'),
  },
  'Retry-After': {
    description: 'The seconds to wait before the next attempt.',
    required: true,
    schema: { type: 'integer', minimum: 1, example: 60 },
  },
  'WWW-Authenticate': {
    description: 'The kind of credential that is missing (RFC 6750).',
    required: true,
    schema: text('Bearer realm="kairos"'),
  },
} as const satisfies Record<HeaderName, object>;
