import { defineError } from '../errors.ts';

export const httpsRequired = defineError('forbidden', 'http.https_required', 'Plain http is not accepted. Use https.');
export const malformedUrl = defineError(
  'bad_request',
  'http.malformed_url',
  'The address cannot be decoded, or contains a NUL.',
);
export const urlTooLong = defineError(
  'bad_request',
  'http.url_too_long',
  'The address is too long. Send a shorter one.',
);
export const unknownParameter = defineError(
  'bad_request',
  'http.unknown_parameter',
  'The address has an unknown query parameter.',
);

export const crossOriginRefused = defineError(
  'forbidden',
  'auth.cross_origin',
  'Cookies are accepted only from pages of this server and of listed origins.',
);
export const tooManyRequests = defineError(
  'too_many_requests',
  'http.too_many_requests',
  'Too many requests. Wait and try again.',
);

export const bodyTooLarge = defineError(
  'too_large',
  'http.body_too_large',
  'The body is too large. Send a smaller one.',
);
export const unsupportedMediaType = defineError(
  'unsupported_media_type',
  'http.unsupported_media_type',
  'The content type is missing or not accepted here. Send one that the API document lists.',
);
export const missingFile = defineError(
  'invalid',
  'http.missing_file',
  'The form is broken or has no field `file`. Send the file in that field.',
);
export const malformedText = defineError(
  'bad_request',
  'http.malformed_text',
  'The body is not valid UTF-8. Encode it as UTF-8.',
);
export const malformedJson = defineError(
  'bad_request',
  'http.malformed_json',
  'The body is not valid JSON. Check its syntax.',
);
export const jsonTooDeep = defineError(
  'bad_request',
  'http.json_too_deep',
  'The JSON is nested too deeply. Send fewer levels.',
);
export const unstorableText = defineError(
  'invalid',
  'http.unstorable_text',
  'A text contains a NUL or half a surrogate pair. Remove it.',
);
/** For a request that Hono rejects for another reason. */
export const malformedRequest = defineError(
  'bad_request',
  'http.malformed_request',
  'The request is malformed. Correct it and send it again.',
);
export const invalidInput = defineError(
  'invalid',
  'http.invalid',
  'Some values are not valid, and `errors` says which.',
);

export const malformedEtag = defineError(
  'bad_request',
  'http.malformed_etag',
  'If-Match and If-None-Match take * or a list of entity tags in quotes.',
);

export const invalidIdempotencyKey = defineError(
  'bad_request',
  'idempotency.invalid_key',
  'Idempotency-Key takes 1 to 255 visible ASCII characters, with or without quotes.',
);
export const idempotencyKeyReused = defineError(
  'invalid',
  'idempotency.key_reused',
  'This Idempotency-Key belongs to another request. Use a new one.',
);
export const answerUnavailable = defineError(
  'conflict',
  'idempotency.answer_unavailable',
  'This request was carried out before, and what it created no longer exists. Use a new key to create it again.',
);
