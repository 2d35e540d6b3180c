import { defineError } from '../../errors.ts';

export const unreadableFile = defineError(
  'invalid',
  'imports.unreadable',
  'The file cannot be read; nothing was saved.',
);
export const unsupportedFile = defineError(
  'unsupported_media_type',
  'imports.unsupported',
  'Send GPX as application/gpx+xml, not compressed.',
);
