import type { Ctx } from '../../context.ts';
import { insertionOf, insertMarkers, type NewMarker } from './marker.repository.ts';

export type MarkerDraft = Omit<NewMarker, 'id'> & { id?: string | undefined };

/** For a commit that has locked the journey and has `requireRoomForMarkers` among its guards. */
export function addMarkers(ctx: Ctx, journeyId: string, drafts: readonly MarkerDraft[]) {
  const rows = drafts.map((draft) => ({ ...draft, id: draft.id ?? ctx.newId() }));
  return insertMarkers(ctx.db, insertionOf(journeyId, rows, ctx.now()));
}
