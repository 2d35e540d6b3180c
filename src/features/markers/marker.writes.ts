import type { Ctx } from '../../context.ts';
import { deleteMarkersOfImport, insertionOf, insertMarkers, type NewMarker } from './marker.repository.ts';

export type MarkerDraft = Omit<NewMarker, 'id'> & { id?: string | undefined };

type MarkerTarget = { journeyId: string; importId: string };

/** For a commit that has locked the journey and has `requireRoomForMarkers` among its guards. */
export function addMarkers(ctx: Ctx, { journeyId, importId }: MarkerTarget, drafts: readonly MarkerDraft[]) {
  const rows = drafts.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));
  return insertMarkers(ctx.db, insertionOf(journeyId, rows, ctx.now(), importId));
}

/** Deletes the markers that an import made and that the rider has not changed. The commit must lock the journey. */
export const removeImportedMarkers = (ctx: Ctx, { journeyId, importId }: MarkerTarget) =>
  deleteMarkersOfImport(ctx.db, journeyId, importId);
