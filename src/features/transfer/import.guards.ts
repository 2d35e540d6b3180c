import type { Guard } from '../../db/commit.ts';
import type { AppError } from '../../errors.ts';
import { importNotFound } from './import.errors.ts';
import { type ImportedFile, isNewFile, lockImportRow } from './import.repository.ts';

/** The import belongs to the journey; it is locked. */
export const requireImport = (journeyId: string, id: string): Guard => ({
  stage: 'rows',
  condition: lockImportRow({ journeyId, id }),
  error: importNotFound,
});

/** No other import of the journey, which is locked already, has made lines and markers of the same file. */
export const requireNewFile = (file: ImportedFile & { exceptId: string }, error: () => AppError): Guard => ({
  stage: 'state',
  condition: isNewFile(file),
  error,
});
