import { and, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { journeys } from '../journeys/journey.table.ts';
import { type ImportRow, imports, type NewImport } from './import.table.ts';

export const insertImport = (db: Db, row: NewImport) => db.insert(imports).values(row);

export async function findOwnImport(db: Db, id: string, ownerId: string): Promise<ImportRow | undefined> {
  const [row] = await db
    .select({ import: imports })
    .from(imports)
    .innerJoin(journeys, eq(journeys.id, imports.journeyId))
    .where(and(eq(imports.id, id), eq(journeys.ownerId, ownerId)));
  return row?.import;
}
