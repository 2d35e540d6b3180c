import { and, eq, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { connections } from '../connections/connection.table.ts';

export const updateEndedGrants = (db: Db, journeyId: string) =>
  db
    .update(connections)
    .set({
      requesterExact: sql`${connections.requesterExact} and ${connections.requesterJourneyId} is distinct from ${journeyId}`,
      addresseeExact: sql`${connections.addresseeExact} and ${connections.addresseeJourneyId} is distinct from ${journeyId}`,
      version: sql`${connections.version} + 1`,
    })
    .where(
      or(
        and(eq(connections.requesterJourneyId, journeyId), connections.requesterExact),
        and(eq(connections.addresseeJourneyId, journeyId), connections.addresseeExact),
      ),
    );
