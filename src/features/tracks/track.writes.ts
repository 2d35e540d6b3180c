import type { Ctx } from '../../context.ts';
import { deleteLinesOfImport, placeReplacement } from './line.repository.ts';
import { type DraftLine, measureLines } from './line.rules.ts';
import { tooManyLines } from './track.errors.ts';
import { requireRoomForLines } from './track.guards.ts';
import { insertTracks } from './track.repository.ts';
import type { NewTrack, TrackRow } from './track.table.ts';

type LineTarget = { journeyId: string; importId: string; kind: TrackRow['kind'] };

/** Measures lines and appends them to a journey. The commit must lock the journey and include the guards. */
export function appendLines(ctx: Ctx, { journeyId, importId, kind }: LineTarget, lines: readonly DraftLine[]) {
  const measures = measureLines(lines);
  if (!measures) throw tooManyLines();
  const rows: Omit<NewTrack, 'ordinal'>[] = measures.map((measured) => ({
    ...measured,
    id: ctx.newId(),
    journeyId,
    importId,
    kind,
    createdAt: ctx.now(),
  }));
  const sums = {
    lines: rows.length,
    points: rows.reduce((sum, { pointCount }) => sum + pointCount, 0),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    distanceM: rows.reduce((sum, { distanceM }) => sum + distanceM, 0),
  };
  return {
    rows,
    sums,
    guards: rows.length > 0 ? [requireRoomForLines(journeyId, sums)] : [],
    insert: rows.length > 0 ? insertTracks(ctx.db, rows) : undefined,
  };
}

/** Deletes the lines of an import. The commit must lock the journey. */
export const removeImportedLines = (ctx: Ctx, { journeyId, importId }: Pick<LineTarget, 'journeyId' | 'importId'>) =>
  deleteLinesOfImport(ctx.db, journeyId, importId, []);

/**
 * Puts the lines that the commit has appended for an import in the place of its other lines, and deletes those. The commit
 * must lock the journey.
 */
export const replaceImportedLines = (
  ctx: Ctx,
  { journeyId, importId, kind }: LineTarget,
  rows: readonly Pick<TrackRow, 'id'>[],
) => {
  const ids = rows.map(({ id }) => id);
  return [
    placeReplacement(ctx.db, { journeyId, importId, kind, ids }),
    deleteLinesOfImport(ctx.db, journeyId, importId, ids),
  ] as const;
};
