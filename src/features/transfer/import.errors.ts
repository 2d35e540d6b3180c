import { defineError } from '../../errors.ts';

export const unreadableFile = defineError(
  'invalid',
  'imports.unreadable',
  'The file cannot be read, and nothing was saved. `errors` says what is wrong.',
);
export const unsupportedFile = defineError(
  'unsupported_media_type',
  'imports.unsupported',
  'Only uncompressed GPX and GeoJSON are accepted. Send them as application/gpx+xml and application/geo+json.',
);
export const importNotFound = defineError('not_found', 'imports.not_found', 'This journey has no import with this id.');
export const alreadyImported = defineError(
  'conflict',
  'imports.already_there',
  'Another import of this journey has made the same lines and markers of this file. Delete that one first.',
);
