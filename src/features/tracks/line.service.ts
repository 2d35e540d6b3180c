import { type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { readTogether } from '../../db/parts.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { requireOwnJourney } from '../journeys/journey.guards.ts';
import { publishJourney, readWaiting } from '../presence/presence.writes.ts';
import { finishPublishing } from '../presence/publishing.service.ts';
import { deleteLine, type Line, moveLine, selectLine, selectOwnLines, updateLine } from './line.repository.ts';
import { trackNotFound } from './track.errors.ts';
import { requireLine } from './track.guards.ts';
import { selectOwnJourney } from './track.repository.ts';
import { trackKinds, tracks } from './track.table.ts';

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

/** The lines of the caller's own journey without their points. */
export async function listLines(ctx: Ctx, journeyId: string, input: ListInput): Promise<Page<Line>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const list = `tracks:${journeyId}`;
  const limit = input.limit ?? defaultLimit;
  const [kind, ordinal] = openCursor(ctx, list, input.cursor) ?? [];
  const {
    journey: [journey],
    lines,
  } = await readTogether(ctx.db, {
    journey: selectOwnJourney(ctx.db, { id: journeyId, ownerId: userId }),
    lines: selectOwnLines(ctx.db, {
      journeyId,
      ownerId: userId,
      afterKind: trackKinds.find((known) => known === kind),
      afterOrdinal: ordinal === undefined ? undefined : Number(ordinal),
      limit: limit + 1,
    }),
  });
  if (!journey) throw journeyNotFound();
  return cutPage(ctx, list, lines, limit, (line) => [line.kind, String(line.ordinal)]);
}

export type LineChanges = { name?: string | null | undefined; position?: number | undefined };

/** Renames a line, or moves it among the lines of its kind. Others never get the name, so a new one changes nothing for them. */
export async function changeLine(
  ctx: Ctx,
  journeyId: string,
  id: string,
  { name, position }: LineChanges,
  expected?: ExpectedVersions,
): Promise<Line> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const isMoved = position !== undefined;
  const {
    line: [line],
    waiting,
  } = await commit(ctx, {
    guards: [requireOwnJourney(ctx, journeyId), requireLine(journeyId, id), ...requireVersion(tracks, id, expected)],
    writes: {
      changed: updateLine(ctx.db, journeyId, id, name),
      moved: isMoved ? moveLine(ctx.db, { journeyId, id, position }) : undefined,
    },
    presence: isMoved ? publishJourney(ctx, journeyId) : undefined,
    reads: { line: selectLine(ctx.db, { journeyId, id }), waiting: readWaiting(ctx, userId) },
  });
  if (!line) throw trackNotFound();
  if (waiting.length > 0) finishPublishing(ctx, userId);
  return line;
}

/** Deletes a line. Markers of the same file stay. */
export async function removeLine(ctx: Ctx, journeyId: string, id: string, expected?: ExpectedVersions): Promise<void> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { waiting } = await commit(ctx, {
    guards: [requireOwnJourney(ctx, journeyId), requireLine(journeyId, id), ...requireVersion(tracks, id, expected)],
    writes: { line: deleteLine(ctx.db, journeyId, id) },
    presence: publishJourney(ctx, journeyId),
    reads: { waiting: readWaiting(ctx, userId) },
  });
  if (waiting.length > 0) finishPublishing(ctx, userId);
}
