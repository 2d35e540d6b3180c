import { type CreateCtx, type Ctx, requireScope } from '../../context.ts';
import { commit } from '../../db/commit.ts';
import { cutPage, defaultLimit, openCursor, type Page } from '../../db/cursor.ts';
import { readTogether } from '../../db/parts.ts';
import { type ExpectedVersions, requireVersion } from '../../db/version.ts';
import { startSha256 } from '../../lib/keys.ts';
import { requireConsent } from '../consents/consent.guards.ts';
import type { HealthKey } from '../consents/health-key.rules.ts';
import { openHealthKey, sealHealthData } from '../consents/health-key.service.ts';
import { journeyNotFound } from '../journeys/journey.errors.ts';
import { requireOwnJourney } from '../journeys/journey.guards.ts';
import { requireRoomForMarkers } from '../markers/marker.guards.ts';
import { addMarkers, type MarkerDraft, removeImportedMarkers } from '../markers/marker.writes.ts';
import { publishJourney, readWaiting } from '../presence/presence.writes.ts';
import { finishPublishing } from '../presence/publishing.service.ts';
import type { DraftLine } from '../tracks/line.rules.ts';
import { heartRatesOf, keptSensorsOf } from '../tracks/sensor.rules.ts';
import type { NewTrackSensors } from '../tracks/sensor.table.ts';
import { addSensors } from '../tracks/sensor.writes.ts';
import { requireRoomForLines } from '../tracks/track.guards.ts';
import type { TrackRow } from '../tracks/track.table.ts';
import { appendLines, removeImportedLines, replaceImportedLines } from '../tracks/track.writes.ts';
import { requireImportToday, requireRoomForImport, requireSizesWithinBounds } from '../usage/usage.guards.ts';
import { textBytes } from '../usage/usage.rules.ts';
import { countImport } from '../usage/usage.writes.ts';
import { type HeartRates, type Line, readingLimits, type Waypoint } from './formats/reading.ts';
import { reasons } from './formats/receipt.ts';
import { alreadyImported, importNotFound, unreadableFile } from './import.errors.ts';
import { requireImport, requireNewFile } from './import.guards.ts';
import {
  deleteImport,
  type Import,
  insertImport,
  selectImportOfFile,
  selectOwnImport,
  selectOwnImports,
  selectOwnJourney,
  updateImport,
} from './import.repository.ts';
import { type ImportReceipt, imports, type LeftOut } from './import.table.ts';

/** A clock may be that of another zone, up to 14 hours ahead, without saying so. */
const dayMs = 86_400_000;

type ImportInput = { journeyId: string; kind: TrackRow['kind']; bytes: AsyncIterable<Uint8Array> };

/**
 * Imports a file into a journey as a whole. The error for an unreadable file names the place of the fault. A file that the
 * journey has already is answered with its existing import.
 */
export async function importFile(ctx: CreateCtx, input: ImportInput): Promise<Import & { isNew: boolean }> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { journeyId, kind } = input;
  const id = ctx.newId();
  const { lines, sensors, consent, drafts, receipt, fileHash, storedBytes } = await draftImport(ctx, id, input);
  const repetition = alreadyImported();
  try {
    const {
      imported: [imported],
      waiting,
    } = await commit(ctx, {
      idempotency: ctx.remember?.([id]),
      guards: [
        requireOwnJourney(ctx, journeyId),
        requireNewFile({ journeyId, kind, fileHash, exceptId: id }, () => repetition),
        ...lines.guards,
        ...consent,
        ...(drafts.length > 0 ? [requireRoomForMarkers(journeyId, drafts)] : []),
        ...requireRoomForImport(ctx, { ...lines.sums, markers: drafts.length, bytes: storedBytes }),
      ],
      writes: {
        count: countImport(ctx),
        imported: insertImport(ctx.db, { id, journeyId, kind, receipt, fileHash, createdAt: ctx.now() }),
        lines: lines.insert,
        sensors: addSensors(ctx, sensors),
        markers: drafts.length > 0 ? addMarkers(ctx, { journeyId, importId: id }, drafts) : undefined,
      },
      presence: publishJourney(ctx, journeyId),
      reads: { waiting: readWaiting(ctx, userId) },
    });
    if (!imported) throw journeyNotFound();
    if (waiting.length > 0) finishPublishing(ctx, userId);
    return { ...imported, isNew: true };
  } catch (error) {
    if (error !== repetition) throw error;
    const [before] = await selectImportOfFile(ctx.db, { journeyId, kind, fileHash, ownerId: userId });
    if (!before) throw error;
    return { ...before, isNew: false };
  }
}

/**
 * Replaces the file of an import. Its lines are replaced in their place, and its markers unless the rider has changed them.
 * The bounds hold for the result, because what is replaced needs no room.
 */
export async function replaceImport(
  ctx: Ctx,
  id: string,
  input: ImportInput,
  expected?: ExpectedVersions,
): Promise<Import> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { journeyId, kind } = input;
  const target = { journeyId, importId: id, kind };
  const { lines, sensors, consent, drafts, receipt, fileHash } = await draftImport(ctx, id, input);
  const {
    imported: [imported],
    waiting,
  } = await commit(ctx, {
    guards: [
      requireOwnJourney(ctx, journeyId),
      requireImport(journeyId, id),
      ...requireVersion(imports, id, expected),
      requireNewFile({ journeyId, kind, fileHash, exceptId: id }, alreadyImported),
      ...requireImportToday(ctx),
      ...consent,
    ],
    writes: {
      count: countImport(ctx),
      imported: updateImport(ctx.db, journeyId, id, { kind, receipt, fileHash, createdAt: ctx.now() }),
      lines: lines.insert,
      sensors: addSensors(ctx, sensors),
      oldLines: replaceImportedLines(ctx, target, lines.rows),
      oldMarkers: removeImportedMarkers(ctx, target),
      markers: drafts.length > 0 ? addMarkers(ctx, target, drafts) : undefined,
    },
    presence: publishJourney(ctx, journeyId),
    reads: { waiting: readWaiting(ctx, userId) },
    outcome: [
      requireRoomForLines(journeyId, { lines: 0, points: 0, distanceM: 0 }),
      requireRoomForMarkers(journeyId, []),
      ...requireSizesWithinBounds(ctx),
    ],
  });
  if (!imported) throw importNotFound();
  if (waiting.length > 0) finishPublishing(ctx, userId);
  return imported;
}

/** Deletes an import with its lines, and with its markers unless the rider has changed them. */
export async function removeImport(
  ctx: Ctx,
  journeyId: string,
  id: string,
  expected?: ExpectedVersions,
): Promise<void> {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { waiting } = await commit(ctx, {
    guards: [requireOwnJourney(ctx, journeyId), requireImport(journeyId, id), ...requireVersion(imports, id, expected)],
    writes: {
      lines: removeImportedLines(ctx, { journeyId, importId: id }),
      markers: removeImportedMarkers(ctx, { journeyId, importId: id }),
      import: deleteImport(ctx.db, journeyId, id),
    },
    presence: publishJourney(ctx, journeyId),
    reads: { waiting: readWaiting(ctx, userId) },
  });
  if (waiting.length > 0) finishPublishing(ctx, userId);
}

/** An import into the caller's own journey. It is deleted with the journey. */
export async function getImport(ctx: Ctx, id: string): Promise<Import> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const [found] = await selectOwnImport(ctx.db, { id, ownerId: userId });
  if (!found) throw importNotFound();
  return found;
}

type ListInput = { limit?: number | undefined; cursor?: string | undefined };

/** The imports into the caller's own journey, newest first. */
export async function listImports(ctx: Ctx, journeyId: string, input: ListInput): Promise<Page<Import>> {
  const { userId } = requireScope(ctx, 'journeys:read');
  const list = `imports:${journeyId}`;
  const limit = input.limit ?? defaultLimit;
  const [afterTime, afterId] = openCursor(ctx, list, input.cursor) ?? [];
  const own = { journeyId, ownerId: userId };
  const {
    journey: [journey],
    rows,
  } = await readTogether(ctx.db, {
    journey: selectOwnJourney(ctx.db, own),
    rows: selectOwnImports(ctx.db, { ...own, afterTime, afterId, limit: limit + 1 }),
  });
  if (!journey) throw journeyNotFound();
  return cutPage(ctx, list, rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
}

/** Reads a file, and drafts the rows of its import. Heart rates are kept only with the rider's consent. */
async function draftImport(ctx: Ctx, importId: string, { journeyId, kind, bytes }: ImportInput) {
  const { userId } = requireScope(ctx, 'journeys:write');
  const { readFile } = await import('./formats/file.ts');
  const latestMs = kind === 'past' ? ctx.now().getTime() + dayMs : undefined;
  const hash = startSha256();
  const reading = await readFile(hashBytes(bytes, hash), { limits: readingLimits, latestMs });
  if (!reading.ok) throw unreadableFile({ errors: [{ path: reading.where, message: reading.why }] });

  const { draftLines, days } = await countDays(reading.lines);
  const lines = appendLines(ctx, { journeyId, importId, kind }, draftLines);
  const key = reading.heartRates && (await openHealthKey(ctx, { userId, purpose: 'heart_rate' }, 'keep'));
  const sensors = await draftSensors(lines.rows, draftLines, key);
  const drafts = reading.waypoints.map((waypoint) => toDraft(ctx, kind, waypoint));
  const ascents = lines.rows.flatMap(({ ascentM }) => ascentM ?? []);
  const receipt: ImportReceipt = {
    tracks: lines.sums.lines,
    markers: drafts.length,
    pointsRead: reading.pointsRead,
    pointsKept: lines.sums.points,
    leftOut: key ? reading.leftOut : [...reading.leftOut, ...unconsented(reading.heartRates)],
    days,
    distanceM: lines.sums.distanceM,
    ascentM: ascents.length > 0 ? ascents.reduce((sum, ascent) => sum + ascent, 0) : null,
  };
  const storedBytes = drafts.reduce((sum, draft) => sum + textBytes(draft), lines.sums.bytes);
  const consent = key ? requireConsent(key) : [];
  return { lines, sensors, consent, drafts, receipt, fileHash: hash.digest(), storedBytes };
}

/** The rows for what sensors measured. Without a key there are no heart rates in them. */
async function draftSensors(
  rows: readonly { id: string }[],
  lines: readonly DraftLine[],
  key: HealthKey | undefined,
): Promise<NewTrackSensors[]> {
  const sensors: NewTrackSensors[] = [];
  for (const [index, { id: trackId }] of rows.entries()) {
    const line = lines[index];
    if (!line) continue;
    const [values, rates] = [keptSensorsOf(line), key && heartRatesOf(line)];
    if (!values && !rates) continue;
    const heartRate = key && rates ? await sealHealthData(key, trackId, rates) : undefined;
    sensors.push({ trackId, ...values, heartRate });
  }
  return sensors;
}

const unconsented = (rates: HeartRates | undefined): LeftOut[] =>
  rates ? [{ code: 'heart_rate_without_consent', ...rates, why: reasons.heart_rate_without_consent }] : [];

/** Passes the bytes on while they are hashed. */
async function* hashBytes(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof startSha256>) {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
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
