import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { type Given, prepare, prepareCondition } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { markers } from '../markers/marker.table.ts';
import { tracks } from '../tracks/track.table.ts';
import { type ImportRow, imports, type NewImport } from './import.table.ts';

const { fileHash: _, ...importColumns } = getTableColumns(imports);

/** An import as the queries return it, without the hash of its file. */
export type Import = Omit<ImportRow, 'fileHash'>;

export type ImportedFile = { journeyId: string; kind: ImportRow['kind']; fileHash: Uint8Array };

/** Imports of the file that have at least one of their lines and markers left. */
const isOfFile = ({ journeyId, kind, fileHash }: Given<ImportedFile>) =>
  and(
    eq(imports.journeyId, journeyId),
    eq(imports.kind, kind),
    eq(imports.fileHash, fileHash),
    sql`(exists (select from ${tracks} t where t.journey_id = ${imports.journeyId} and t.import_id = ${imports.id})
      or exists (select from ${markers} m where m.journey_id = ${imports.journeyId} and m.import_id = ${imports.id}))`,
  );

/** No other import than `exceptId` has made lines and markers of this file. */
export const isNewFile = prepareCondition(
  ({ exceptId, ...file }: Given<ImportedFile & { exceptId: string }>) =>
    sql`select not exists (select from ${imports} where ${isOfFile(file)} and ${imports.id} <> ${exceptId})`,
);

/** The newest import of a file. For after a commit that has checked whose journey it is. */
export const selectImportOfFile = prepare((db, { ownerId, ...file }: Given<ImportedFile & { ownerId: string }>) =>
  db
    .select(importColumns)
    .from(imports)
    .innerJoin(journeys, eq(journeys.id, imports.journeyId))
    .where(and(isOfFile(file), eq(journeys.ownerId, ownerId)))
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(1),
);

export const selectOwnJourney = prepare((db, { journeyId, ownerId }: Given<{ journeyId: string; ownerId: string }>) =>
  db
    .select({ id: journeys.id })
    .from(journeys)
    .where(and(eq(journeys.id, journeyId), eq(journeys.ownerId, ownerId))),
);

export const selectOwnImport = prepare((db, { id, ownerId }: Given<{ id: string; ownerId: string }>) =>
  db
    .select(importColumns)
    .from(imports)
    .innerJoin(journeys, eq(journeys.id, imports.journeyId))
    .where(and(eq(imports.id, id), eq(journeys.ownerId, ownerId))),
);

type Filter = {
  journeyId: string;
  ownerId: string;
  afterTime: string | undefined;
  afterId: string | undefined;
  limit: number;
};

/** Imports, newest first, after the time and id of the last row of the previous page. */
export const selectOwnImports = prepare((db, { journeyId, ownerId, afterTime, afterId, limit }: Given<Filter>) => {
  const position =
    afterTime && sql`(${imports.createdAt}, ${imports.id}) < (${afterTime}::timestamptz, ${afterId}::uuid)`;
  return db
    .select(importColumns)
    .from(imports)
    .innerJoin(journeys, eq(journeys.id, imports.journeyId))
    .where(and(eq(imports.journeyId, journeyId), eq(journeys.ownerId, ownerId), position))
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(limit);
});

/** True for an import of the journey; locks it. */
export const lockImportRow = prepareCondition(
  ({ journeyId, id }: Given<{ journeyId: string; id: string }>) =>
    sql`select true from ${imports} where ${and(eq(imports.id, id), eq(imports.journeyId, journeyId))} for no key update`,
);

export const insertImport = (db: Db, row: NewImport) => db.insert(imports).values(row).returning(importColumns);

type Replacement = Pick<NewImport, 'kind' | 'receipt' | 'fileHash' | 'createdAt'>;

export const updateImport = (db: Db, journeyId: string, id: string, replacement: Replacement) =>
  db
    .update(imports)
    .set({ ...replacement, version: sql`${imports.version} + 1` })
    .where(and(eq(imports.id, id), eq(imports.journeyId, journeyId)))
    .returning(importColumns);

export const deleteImport = (db: Db, journeyId: string, id: string) =>
  db.delete(imports).where(and(eq(imports.id, id), eq(imports.journeyId, journeyId)));
