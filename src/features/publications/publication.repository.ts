import { and, desc, eq, lt } from 'drizzle-orm';
import { type Given, prepare } from '../../db/prepared.ts';
import { journeys } from '../journeys/journey.table.ts';
import { publications } from './publication.table.ts';

type Own = { journeyId: string; ownerId: string };

export const selectOwnJourney = prepare((db, { journeyId, ownerId }: Given<Own>) =>
  db
    .select({ id: journeys.id })
    .from(journeys)
    .where(and(eq(journeys.id, journeyId), eq(journeys.ownerId, ownerId))),
);

/** Newest first, before the number of the last row of the previous page. */
export const selectPublications = prepare(
  (db, { journeyId, ownerId, before, limit }: Given<Own & { before: number | undefined; limit: number }>) =>
    db
      .select()
      .from(publications)
      .where(
        and(
          eq(publications.journeyId, journeyId),
          eq(publications.ownerId, ownerId),
          before && lt(publications.number, before),
        ),
      )
      .orderBy(desc(publications.number))
      .limit(limit),
);
