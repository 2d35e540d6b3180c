import { type Ctx, requireScope } from '../../context.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { readTogether } from '../../db/parts.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { selectOwnJourney, selectPublications } from './publication.repository.ts';
import type { PublicationRow } from './publication.table.ts';

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

/** What was published of the caller's journey, also of a deleted one while the ledger is kept. */
export async function listPublications(
  ctx: Ctx,
  journeyId: string,
  { limit = defaultLimit, cursor }: ListInput,
): Promise<Page<PublicationRow>> {
  const { userId: ownerId } = requireScope(ctx, 'journeys:read');
  const list = `publications:${journeyId}`;
  const [last] = openCursor(ctx, list, cursor) ?? [];
  const before = last === undefined ? undefined : Number(last);
  const {
    journey: [journey],
    rows,
  } = await readTogether(ctx.db, {
    journey: selectOwnJourney(ctx.db, { journeyId, ownerId }),
    rows: selectPublications(ctx.db, { journeyId, ownerId, before, limit: limit + 1 }),
  });
  if (!journey && rows.length === 0) throw journeyNotFound();
  return cutPage(ctx, list, rows, limit, ({ number }) => [String(number)]);
}
