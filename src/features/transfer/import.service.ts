import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { requireOwnJourney } from '../journeys/journey.guards.ts';
import { requireRoomForMarkers } from '../markers/marker.guards.ts';
import { addMarkers, type MarkerDraft } from '../markers/marker.writes.ts';
import { publishJourney, readWaiting } from '../presence/presence.writes.ts';
import { finishPublishing } from '../presence/publishing.service.ts';
import type { TrackRow } from '../tracks/track.table.ts';
import { appendLines } from '../tracks/track.writes.ts';
import { requireRoomForImport } from '../usage/usage.guards.ts';
import { textBytes } from '../usage/usage.rules.ts';
import { countImport } from '../usage/usage.writes.ts';
import { type Line, readingLimits, type Waypoint } from './formats/reading.ts';
import { unreadableFile } from './import.errors.ts';
import { findOwnImport, insertImport } from './import.repository.ts';
import type { ImportReceipt } from './import.table.ts';

/** A clock may be that of another zone, up to 14 hours ahead, without saying so. */
const dayMs = 86_400_000;

type Import = { journeyId: string; kind: TrackRow['kind']; bytes: AsyncIterable<Uint8Array> };

/** Imports a file into a journey as a whole. The error for an unreadable file names the place of the fault. */
export async function importFile(ctx: CreateCtx, { journeyId, kind, bytes }: Import): Promise<ImportReceipt> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { readFile } = await import('./formats/file.ts');
  const latestMs = kind === 'past' ? ctx.now().getTime() + dayMs : undefined;
  const reading = await readFile(bytes, { limits: readingLimits, latestMs });
  if (!reading.ok) throw unreadableFile({ errors: [{ path: reading.where, message: reading.why }] });

  const id = ctx.newId();
  const { draftLines, days } = await countDays(reading.lines);
  const lines = appendLines(ctx, { journeyId, importId: id, kind }, draftLines);
  const drafts = reading.waypoints.map((waypoint) => toDraft(ctx, kind, waypoint));
  const ascents = lines.rows.flatMap(({ ascentM }) => ascentM ?? []);
  const receipt: Omit<ImportReceipt, 'id'> = {
    tracks: lines.sums.lines,
    markers: drafts.length,
    pointsRead: reading.pointsRead,
    pointsKept: lines.sums.points,
    leftOut: reading.leftOut,
    days,
    distanceM: lines.sums.distanceM,
    ascentM: ascents.length > 0 ? ascents.reduce((sum, ascent) => sum + ascent, 0) : null,
  };
  const storedBytes = drafts.reduce((sum, draft) => sum + textBytes(draft), lines.sums.bytes);
  const { waiting } = await commit(ctx, {
    idempotency: ctx.remember?.([id]),
    guards: [
      requireOwnJourney(ctx, journeyId),
      ...lines.guards,
      ...(drafts.length > 0 ? [requireRoomForMarkers(journeyId, drafts)] : []),
      ...requireRoomForImport(ctx, { ...lines.sums, markers: drafts.length, bytes: storedBytes }),
    ],
    writes: {
      count: countImport(ctx),
      import: insertImport(ctx.db, { id, journeyId, kind, receipt, createdAt: ctx.now() }),
      lines: lines.insert,
      markers: drafts.length > 0 ? addMarkers(ctx, journeyId, drafts) : undefined,
    },
    presence: publishJourney(ctx, journeyId),
    reads: { waiting: readWaiting(ctx, userId) },
  });
  if (waiting.length > 0) finishPublishing(ctx, userId);
  return { id, ...receipt };
}

/** The receipt of an import into the caller's own journey. It is deleted with the journey. */
export async function getImport(ctx: Ctx, id: string): Promise<ImportReceipt> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const found = await findOwnImport(ctx.db, id, userId);
  if (!found) throw journeyNotFound();
  return { id, ...found.receipt };
}

/** The days of each line, and those of all, with the clocks by which they were counted. */
async function countDays(lines: readonly Line[]) {
  const hasTimes = lines.some(({ segments }) =>
    segments.some(({ recordedAtMs }) => recordedAtMs.some((ms) => !Number.isNaN(ms))),
  );
  if (!hasTimes) return { draftLines: lines.map((line) => ({ ...line, riddenOn: [] })), days: null };
  const { localDays } = await import('../../lib/local-days.ts');
  const counted = lines.map(({ segments }) => localDays(segments));
  return {
    draftLines: lines.map((line, index) => ({ ...line, riddenOn: counted[index]?.days ?? [] })),
    days: {
      count: new Set(counted.flatMap(({ days }) => days)).size,
      clocks: [...new Set(counted.flatMap(({ clocks }) => clocks))].sort(),
    },
  };
}

const toDraft = (ctx: Ctx, kind: TrackRow['kind'], waypoint: Waypoint): MarkerDraft => ({
  id: ctx.newId(),
  name: waypoint.name,
  notes: waypoint.notes,
  markerType: kind,
  position: [waypoint.longitude, waypoint.latitude],
  elevationM: waypoint.elevationM ?? null,
  at: waypoint.recordedAt ?? null,
});
